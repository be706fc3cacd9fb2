-- title: Versions of collations
-- why: The operating system sorts text in another way than when indexes were built. Searches miss rows, and unique indexes admit duplicates.
-- hint: Run reindex database …, then alter database … refresh collation version (alter collation … refresh version).
-- critical: 1
select 'database ' || d.datname, 1,
       pg_catalog.format('was built with version %s, and the system now has %s',
           d.datcollversion, coalesce(pg_catalog.pg_database_collation_actual_version(d.oid), 'none'))
from pg_catalog.pg_database d
where d.datname = pg_catalog.current_database() and d.datcollversion is not null
  and d.datcollversion is distinct from pg_catalog.pg_database_collation_actual_version(d.oid)
union all
select 'collation ' || c.oid::regcollation, 1,
       pg_catalog.format('was built with version %s, and the system now has %s', c.collversion, pg_catalog.pg_collation_actual_version(c.oid))
from pg_catalog.pg_collation c
where c.collversion is not null and c.collversion is distinct from pg_catalog.pg_collation_actual_version(c.oid)
  -- Only those that a column or an index uses.
  and exists (select from pg_catalog.pg_depend p where p.refclassid = 'pg_catalog.pg_collation'::regclass and p.refobjid = c.oid)
