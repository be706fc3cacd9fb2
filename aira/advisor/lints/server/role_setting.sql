-- level: error
-- title: A setting of a role or the database that changes what its statements mean
-- why: With another search_path, names mean other objects. session_replication_role = replica turns triggers off. Without a statement_timeout, one call can hold a connection for hours.
-- fix: Run alter role … reset …, or alter database … reset …, then manage.py migrate.
select pg_catalog.format('%s%s', coalesce(r.rolname::text, 'every role'),
           case when s.setdatabase <> 0 then ' in ' || d.datname else '' end), c.setting
from pg_catalog.pg_db_role_setting s
left join pg_catalog.pg_roles r on r.oid = s.setrole
left join pg_catalog.pg_database d on d.oid = s.setdatabase
cross join pg_catalog.unnest(s.setconfig) c (setting)
where s.setdatabase in (0, (select o.oid from pg_catalog.pg_database o where o.datname = pg_catalog.current_database()))
  and (s.setrole = 0
       or r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console')
       or r.oid = (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'private'))
  and (c.setting ~ '^(row_security|session_replication_role|role|check_function_bodies|default_transaction_read_only|fsync|synchronous_commit|default_tablespace|temp_tablespaces|session_preload_libraries|local_preload_libraries|dynamic_library_path|transform_null_equals|default_with_oids)='
       or (c.setting ~ '^search_path='
           and c.setting not in ('search_path=console, public, private, jobs, extensions',
                                 'search_path="$user", public, extensions'))
       or (c.setting ~ '^(statement_timeout|idle_in_transaction_session_timeout)=0')
  )
  -- A hosted Supabase loads safeupdate for the data API's login.
  and c.setting not in ('session_preload_libraries=safeupdate', 'session_preload_libraries=supautils, safeupdate')
