-- level: error
-- title: A role that bypasses row security or the rights of others
-- why: SUPERUSER and BYPASSRLS read every tenant, REPLICATION copies the whole server, and CREATEROLE can grant itself other roles.
-- fix: Run alter role … with nosuperuser nobypassrls nocreaterole noreplication. If the role needs it, list it in KNOWN_ROLES.
select pg_catalog.quote_ident(r.rolname), pg_catalog.concat_ws(', ',
    case when r.rolsuper then 'SUPERUSER' end,
    case when r.rolbypassrls and r.rolname <> 'service_role' then 'BYPASSRLS' end,
    case when r.rolcreaterole then 'CREATEROLE' end,
    case when r.rolreplication then 'REPLICATION' end)
from pg_catalog.pg_roles r
where (r.rolsuper or r.rolcreaterole or r.rolreplication or (r.rolbypassrls and r.rolname <> 'service_role'))
  -- The first superuser, the owner of the schema, and the roles that a hosted Supabase has by itself.
  and r.oid <> 10 and r.rolname !~ '^pg_'
  and r.oid <> (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'private')
  and r.rolname not in ('postgres', 'dashboard_user', 'supabase_admin', 'supabase_auth_admin', 'supabase_storage_admin',
                        'supabase_functions_admin', 'supabase_realtime_admin', 'supabase_replication_admin',
                        'supabase_read_only_user', 'supabase_etl_admin', 'supabase_superuser')
  and r.rolname <> all (pg_catalog.string_to_array(coalesce(pg_catalog.current_setting('aira.known_roles', true), ''), ','))
