-- Return the digits of a phone number. Numbers with the same beginning then begin alike, however they are
-- spelled: +49 171 123-45 gives 4917112345, and 0171 12345 gives 017112345.
create or replace function private.phone_digits(p_phone text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.regexp_replace(p_phone, '[^0-9]', '', 'g');
end $$;

revoke all on function private.phone_digits(text) from public;
grant execute on function private.phone_digits(text) to authenticated, service_role, voice_agent, kb_updater, console;
