-- Privileges of each role except the owner.
select c.relname, g.grantee, to_jsonb(string_agg(distinct g.privilege_type, ', ' order by g.privilege_type))
from pg_catalog.pg_class c
cross join lateral (
    select coalesce(r.rolname, 'public')::text as grantee, a.privilege_type
    from pg_catalog.aclexplode(c.relacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
    where a.grantee <> c.relowner) g
where c.oid = any(%(tables)s::regclass[])
group by 1, 2
