-- The roles that each policy is for.
select c.relname, p.polname, to_jsonb(array(
    select coalesce(r.rolname, 'public') from unnest(p.polroles) u left join pg_catalog.pg_roles r on r.oid = u order by 1))
from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
where c.oid = any(%(tables)s::regclass[])
