-- Return the account of the caller's JWT; null without a JWT. All code except policies uses it: roles without
-- USAGE on schema auth can call it, because `return` resolves auth.uid() when the function is created.
create or replace function private.uid()
returns uuid
language sql stable
set search_path = ''
return auth.uid();

revoke all on function private.uid() from public;
grant execute on function private.uid() to authenticated, service_role, voice_agent, kb_updater, console;
