-- level: error
-- title: A policy that trusts what users write
-- why: Users can change user_metadata of their JWT.
-- fix: Use app_metadata or a column.
select e.polrelid::regclass, pg_catalog.format('policy %s reads user_metadata', e.polname)
from (select p.polrelid, p.polname, coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '') as expression from pg_catalog.pg_policy p) e
where e.expression ~ 'user_meta_?data'
