-- Return the digits of a phone number from the last to the first. Numbers with the same end then begin alike,
-- however they are spelled: +49 171 123-45 gives 5432117194, and 0171 12345 gives 543211710.
create or replace function private.phone_key(p_phone text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.reverse(pg_catalog.regexp_replace(p_phone, '[^0-9]', '', 'g'));
end $$;

revoke all on function private.phone_key(text) from public;
grant execute on function private.phone_key(text) to authenticated, service_role, voice_agent, kb_updater, console;
