-- title: Keys that run out
-- why: After the last number, every insert fails.
-- hint: Change the column to bigint with the recipe in docs/MIGRATIONS.md.
-- unit: % used
-- warn: 50
-- critical: 80
select pg_catalog.format('%s.%s', d.refobjid::regclass, a.attname),
       pg_catalog.round(100.0 * s.last_value / least(s.max_value, case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
                                                                   else s.max_value end), 1),
       pg_catalog.format('its sequence is at %s', s.last_value)
from pg_catalog.pg_sequences s
join pg_catalog.pg_class c on c.relname = s.sequencename
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname
join pg_catalog.pg_depend d on d.objid = c.oid and d.classid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where s.last_value is not null
