-- Set how long a statement of a role may take, unless it is already set by hand or by hosted Supabase.
-- PostgREST applies the settings of the role that it switches to for each request. A session that logs in as
-- the role has them from the start.
-- service_role has no limit: it is the UI's server, whose bulk work may take longer. console has none: each
-- of its pages sets its own limit.
-- `migrate` runs this file at its end, and not a migration does, because roles belong to the whole server. It
-- does nothing if the running role lacks the right.
do $$
declare
    v_role text;
    v_limit text;
begin
    -- One session at a time: ALTER ROLE fails when two meet.
    perform pg_catalog.pg_advisory_xact_lock(20251002);
    for v_role, v_limit in values ('anon', '3s'), ('authenticated', '8s'), ('voice_agent', '15s'), ('kb_updater', '15s') loop
        if not exists (
            select from pg_catalog.pg_db_role_setting s
            join pg_catalog.pg_roles r on r.oid = s.setrole and r.rolname = v_role
            cross join pg_catalog.unnest(s.setconfig) c (setting)
            where c.setting like 'statement\_timeout=%'
              and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
        ) then
            begin
                execute pg_catalog.format('alter role %I set statement_timeout = %L', v_role, v_limit);
            exception
                when insufficient_privilege or undefined_object then null;
            end;
        end if;
    end loop;
end $$;
