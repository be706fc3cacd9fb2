-- Privileges of each role except the owner on single columns.
select c.relname, a.attname || '.' || g.grantee, to_jsonb(string_agg(distinct g.privilege_type, ', ' order by g.privilege_type))
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attacl is not null
cross join lateral (
    select coalesce(r.rolname, 'public')::text as grantee, x.privilege_type
    from pg_catalog.aclexplode(a.attacl) x left join pg_catalog.pg_roles r on r.oid = x.grantee
    where x.grantee <> c.relowner) g
where c.oid = any(%(tables)s::regclass[])
group by c.relname, a.attname, g.grantee
