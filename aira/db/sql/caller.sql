-- The role that the statement came from, also inside SECURITY DEFINER functions, where current_user is the owner.
create or replace function private.caller()
returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user);
end $$;

revoke all on function private.caller() from public;
grant execute on function private.caller() to authenticated, service_role, voice_agent, kb_updater, console;
