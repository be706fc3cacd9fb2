-- The account that owns a new row when none is sent: the caller's, where a user writes. Null where a service does: the row then
-- gets the owner of its business from private.fill_owner(). Stands as the default of user_id, so that clients which read the catalog
-- don't ask for it.
create or replace function private.new_owner()
returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
    return case when private.caller() in ('authenticated', 'anon') then private.uid() end;
end $$;

revoke all on function private.new_owner() from public;
grant execute on function private.new_owner() to authenticated, service_role, voice_agent, console;
