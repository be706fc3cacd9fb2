-- The account of the caller's JWT, null without one. Serves all code but policies: it can be called by roles that have
-- no USAGE on schema auth, because `return` resolves auth.uid() when the function is made.
create or replace function private.uid()
returns uuid
language sql stable
set search_path = ''
return auth.uid();

revoke all on function private.uid() from public;
grant execute on function private.uid() to authenticated, service_role, voice_agent, kb_updater, console;
