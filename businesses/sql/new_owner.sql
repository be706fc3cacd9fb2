-- Return the owner of a new row if user_id is not sent: the account of the user who writes it. Null for a
-- service: private.fill_owner() then sets the owner of the business. It is the default of user_id, so that
-- clients that read the catalog don't require the column.
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
