-- "2026-08-01T00:00" as a time without zone, the same under every DateStyle; null when it is not of that form.
-- Errors: 22008 for a day or an hour that does not exist.
create or replace function private.local_timestamp(p_text text)
returns timestamp
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_text is null or p_text !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$' then
        return null;
    end if;
    if pg_catalog.substr(p_text, 12, 2)::integer > 23 then
        raise exception 'there is no such hour: %', p_text using errcode = 'datetime_field_overflow';
    end if;
    return pg_catalog.make_timestamp(
        pg_catalog.left(p_text, 4)::integer, pg_catalog.substr(p_text, 6, 2)::integer, pg_catalog.substr(p_text, 9, 2)::integer,
        pg_catalog.substr(p_text, 12, 2)::integer, pg_catalog.substr(p_text, 15, 2)::integer, 0);
end $$;

revoke all on function private.local_timestamp(text) from public;
grant execute on function private.local_timestamp(text) to authenticated, service_role, voice_agent, console;
