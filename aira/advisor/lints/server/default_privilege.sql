-- level: error
-- title: Rights that future objects get by themselves
-- why: A table that the next migration makes would be open before its policies are written.
-- fix: Run alter default privileges … revoke … from ….
select coalesce('schema ' || n.nspname, 'every schema'),
       pg_catalog.format('%s gets %s on objects that %s creates', case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end,
           pg_catalog.string_agg(a.privilege_type, ', ' order by a.privilege_type), d.defaclrole::regrole)
from pg_catalog.pg_default_acl d
left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
cross join pg_catalog.aclexplode(d.defaclacl) a
where (n.nspname is null or n.nspname in ('private', 'audit', 'analytics', 'console', 'jobs'))
  and a.grantee <> d.defaclrole
  -- Django's tables are console's.
  and not (n.nspname = 'console' and a.grantee = 'console'::regrole)
  -- PostgreSQL stores its own defaults, too, once any default is changed.
  and not (n.nspname is null and a.grantee = 0 and d.defaclobjtype in ('f', 'T'))
group by n.nspname, a.grantee, d.defaclrole, d.defaclobjtype
