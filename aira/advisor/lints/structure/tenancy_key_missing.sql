-- level: error
-- title: A tenant table without its owner
-- why: Every row needs user_id, not null and first in an index, because policies compare it.
-- fix: Add user_id, let private.fill_owner() fill it, and index it.
select c.oid::regclass, case when a.attname is null then 'has no column user_id' when not a.attnotnull then 'user_id may be null'
                             else 'no full index begins with user_id' end
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p')
  and (a.attname is null or not a.attnotnull or not exists (
      select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null and i.indisvalid))
