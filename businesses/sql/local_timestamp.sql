-- Convert a text such as "2026-08-01T00:00" to a time without zone, independent of DateStyle. Null if the
-- text has another form.
-- Errors: 22008 the day or the hour does not exist.
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
        raise exception 'the hour of % does not exist; write 00:00 to 23:59', p_text using errcode = 'datetime_field_overflow';
    end if;
    return pg_catalog.make_timestamp(
        pg_catalog.left(p_text, 4)::integer, pg_catalog.substr(p_text, 6, 2)::integer, pg_catalog.substr(p_text, 9, 2)::integer,
        pg_catalog.substr(p_text, 12, 2)::integer, pg_catalog.substr(p_text, 15, 2)::integer, 0);
end $$;

revoke all on function private.local_timestamp(text) from public;
grant execute on function private.local_timestamp(text) to authenticated, service_role, voice_agent, console;
