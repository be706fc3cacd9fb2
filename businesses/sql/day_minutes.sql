-- Convert the opening intervals of one day, [["09:00", "12:00"], ["22:00", "02:00"]], to minutes since its
-- midnight. An interval that closes before it opens ends on the next day. ["00:00", "00:00"] is the whole
-- day. An empty list gives no rows.
-- Errors: 22023 the value is not a list of intervals; the message says why.
create or replace function private.day_minutes(p_intervals jsonb)
returns table (opens integer, closes integer)
language plpgsql immutable
set search_path = ''
as $$
declare
    v_interval jsonb;
    v_opens text;
    v_closes text;
begin
    if pg_catalog.jsonb_typeof(p_intervals) <> 'array' then
        raise exception 'a day must be a list of intervals, such as [["09:00", "17:00"]]'
            using errcode = 'invalid_parameter_value';
    end if;
    for v_interval in select e from pg_catalog.jsonb_array_elements(p_intervals) e loop
        if pg_catalog.jsonb_typeof(v_interval) <> 'array' or pg_catalog.jsonb_array_length(v_interval) <> 2 then
            raise exception 'an interval must be [opening, closing], such as ["09:00", "17:00"]'
                using errcode = 'invalid_parameter_value';
        end if;
        v_opens := v_interval ->> 0;
        v_closes := v_interval ->> 1;
        if v_opens is null or v_opens !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
           or v_closes is null or v_closes !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
           or (v_opens = v_closes and v_opens <> '00:00') then
            raise exception 'the interval % to % is not valid: write times as "HH:MM", and let them differ unless both are 00:00',
                            coalesce(v_opens, 'null'), coalesce(v_closes, 'null')
                using errcode = 'invalid_parameter_value';
        end if;
        opens := pg_catalog.left(v_opens, 2)::integer * 60 + pg_catalog.right(v_opens, 2)::integer;
        closes := pg_catalog.left(v_closes, 2)::integer * 60 + pg_catalog.right(v_closes, 2)::integer;
        if closes <= opens then
            closes := closes + 1440;
        end if;
        return next;
    end loop;
end $$;

revoke all on function private.day_minutes(jsonb) from public;
grant execute on function private.day_minutes(jsonb) to authenticated, service_role, voice_agent, console;
