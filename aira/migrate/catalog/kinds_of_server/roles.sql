-- Rights of AiRa's roles that reach past row security, and their settings that change what names mean.
select 'role ' || r.rolname, coalesce(nullif(pg_catalog.concat_ws(' ',
    case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
    case when r.rolcreaterole then 'createrole' end, case when r.rolreplication then 'replication' end), ''), 'ordinary')
from pg_catalog.pg_roles r
where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console')
union all
select pg_catalog.format('setting of %s%s', r.rolname, case when s.setdatabase <> 0 then ' in this database' else '' end), c.setting
from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_roles r on r.oid = s.setrole
cross join pg_catalog.unnest(s.setconfig) c (setting)
where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console')
  and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
  and c.setting ~ '^(search_path|row_security|session_replication_role|role)='
