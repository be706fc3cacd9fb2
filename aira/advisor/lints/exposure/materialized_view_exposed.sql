-- level: error
-- title: A materialized view that the data API reaches
-- why: Row security does not apply to materialized views.
-- fix: Move it to an unexposed schema, without grants to API roles.
select c.oid::regclass, 'can be read through the data API'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'm' and (n.nspname = 'public' or exists (
    select from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated') and pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')))
