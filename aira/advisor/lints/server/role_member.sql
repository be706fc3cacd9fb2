-- level: error
-- title: A role that can act as one of AiRa's roles, or reads every table
-- why: A member of service_role or of the owner reads and writes every tenant. pg_read_all_data and similar roles do so in every database.
-- fix: Run revoke … from …. If the member needs it, list it in KNOWN_ROLES.
select pg_catalog.quote_ident(m.rolname), pg_catalog.format('is a member of %I', g.rolname)
from pg_catalog.pg_auth_members a
join pg_catalog.pg_roles g on g.oid = a.roleid
join pg_catalog.pg_roles m on m.oid = a.member
cross join (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'private') owner
where (g.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console',
                     'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_execute_server_program',
                     'pg_read_server_files', 'pg_write_server_files', 'pg_create_subscription')
       or (g.oid = owner.nspowner and g.oid <> 10))
  and m.oid <> owner.nspowner and m.oid <> 10 and not m.rolsuper
  -- The data API's login, and what a hosted Supabase has by itself.
  and not (m.rolname = 'authenticator'
           and g.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater'))
  and m.rolname not in ('postgres', 'supabase_admin', 'supabase_storage_admin', 'supabase_read_only_user',
                        'supabase_etl_admin', 'supabase_superuser', 'pg_monitor')
  and m.rolname <> all (pg_catalog.string_to_array(coalesce(pg_catalog.current_setting('aira.known_roles', true), ''), ','))
