-- level: warn
-- title: A unique constraint of children without the owner
-- why: It is checked before the foreign key, so its error tells a stranger which rows another business has.
-- fix: Add user_id to the unique constraint. The business determines it.
select i.indexrelid::regclass, 'contains business_id but not user_id'
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and (i.indisunique or i.indisexclusion)
  and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'business_id' and a.attnum = any (i.indkey))
  and not exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and a.attnum = any (i.indkey))
