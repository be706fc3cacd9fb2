-- level: error
-- title: A policy for users that does not compare the owner
-- why: A policy for a tenant's role must compare the owner with the caller, and must not add OR, which lets other rows through.
-- fix: Write user_id = (select auth.uid()) and …. Use a separate function for data that other accounts may see.
select p.polrelid::regclass, pg_catalog.format('policy %s does not compare the owner with auth.uid(), or has OR', p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public'
  and exists (select from pg_catalog.pg_roles r where r.oid = any (p.polroles) and r.rolname in ('anon', 'authenticated'))
  and exists (
      select from (values (pg_catalog.pg_get_expr(p.polqual, p.polrelid)), (pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))) e (expression)
      where e.expression !~ 'user_id = .*auth\.uid\(\)' or e.expression ~ '\mOR\M')
