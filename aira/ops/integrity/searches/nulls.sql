-- title: NOT NULL columns
-- why: A value is missing that every service relies on.
-- hint: Give the rows a value, and find out who wrote them without one.
select k.conrelid::regclass::text, pg_catalog.format('rows without %s', pg_catalog.string_agg(a.attname, ' or ' order by a.attnum)),
       pg_catalog.format('select count(*), min(%s) from %s c where %s', :key, k.conrelid::regclass,
           -- From PostgreSQL 17 on, the planner answers a plain "is null" from the column's definition,
           -- without reading rows.
           pg_catalog.format('pg_catalog.num_nulls(%s) > 0', pg_catalog.string_agg(pg_catalog.format('c.%I', a.attname), ', ' order by a.attnum))), null
from (select c.oid as conrelid from pg_catalog.pg_class c
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = any(:schemas)) k
join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum > 0 and a.attnotnull and not a.attisdropped
group by k.conrelid
order by 1
