-- Return the role that the statement came from, even inside SECURITY DEFINER functions, where current_user is
-- the owner.
-- A role that inherits from authenticated, but not from service_role, acts for some of its users: it counts
-- as authenticated.
create or replace function private.caller()
returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_role constant text := coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user);
begin
    if v_role not in ('authenticated', 'anon', 'service_role', 'voice_agent', 'kb_updater', 'console')
       and pg_catalog.pg_has_role(v_role, 'authenticated', 'USAGE') and not pg_catalog.pg_has_role(v_role, 'service_role', 'USAGE') then
        return 'authenticated';
    end if;
    return v_role;
end $$;

revoke all on function private.caller() from public;
grant execute on function private.caller() to authenticated, service_role, voice_agent, kb_updater, console;
