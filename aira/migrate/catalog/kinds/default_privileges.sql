-- Privileges that future objects get. A hosted Supabase has its own in public.
select pg_catalog.format('%s in %s to %s',
           case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
           coalesce(n.nspname::text, 'every schema'), case a.grantee when 0 then 'PUBLIC' else a.grantee::pg_catalog.regrole::text end),
       pg_catalog.string_agg(a.privilege_type, ', ' order by a.privilege_type)
from pg_catalog.pg_default_acl d
left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
cross join pg_catalog.aclexplode(d.defaclacl) a
where d.defaclrole = (select o.nspowner from pg_catalog.pg_namespace o where o.nspname = 'private')
  and (n.nspname is null or (n.nspname = any(:schemas) and n.nspname <> 'public'))
  and a.grantee <> d.defaclrole and a.privilege_type <> 'MAINTAIN' and not (n.nspname is null and a.grantee = 0)
group by 1
