-- The expressions of each policy, and its roles.
select c.relname, p.polname, jsonb_build_object(
    'roles', array(select coalesce(r.rolname, 'public') from unnest(p.polroles) u left join pg_catalog.pg_roles r on r.oid = u order by 1),
    'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
    'restrictive', not p.polpermissive,
    'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
where c.oid = any(%(tables)s::regclass[])
