-- level: error
-- title: A policy that lets every row through
-- why: USING (true) gives a role of the data API no row security at all.
-- fix: Compare the owner with the caller. Only roles of services may see every tenant.
select p.polrelid::regclass, pg_catalog.format('policy %s: %s', p.polname, pg_catalog.btrim(coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '')))
from pg_catalog.pg_policy p
where (p.polroles = '{0}' or exists (
          select from pg_catalog.pg_roles r where r.oid = any (p.polroles) and r.rolname in ('anon', 'authenticated')))
  and (pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true' or pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) = 'true')
