-- A phone number's digits from the last to the first: however it is spelled, numbers with the same end begin alike.
-- +49 171 123-45 is 54321171 94, 0171 12345 is 54321171 0.
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
