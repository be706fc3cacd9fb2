-- title: Backups
-- note: The newest ten, and how each was when it was restored.
select b.file as "backup", pg_catalog.to_char(b.taken_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as "of, UTC", b.rows,
       pg_catalog.pg_size_pretty(b.size) as size, b.duration as took,
       coalesce((select case d.problems when '[]' then pg_catalog.format('as it was, in %s', d.restored_in) else 'NOT as it was' end
                 from console.restore_drills d where d.file = b.file order by d.at desc limit 1), 'never') as restored
from console.backups b order by b.taken_at desc limit 10
