-- title: Backups
-- note: The newest ten backups, and the results of their restores.
select b.file as "backup", pg_catalog.to_char(b.taken_at at time zone 'UTC', 'FMDD Mon YYYY HH24:MI') as "of, UTC", b.rows,
       pg_catalog.pg_size_pretty(b.size) as size, b.duration as took,
       coalesce((select case d.problems when '[]' then pg_catalog.format('equal, in %s', d.restored_in) else 'the restore differs' end
                 from console.restore_drills d where d.file = b.file order by d.at desc limit 1), 'never') as restored
from console.backups b order by b.taken_at desc limit 10
