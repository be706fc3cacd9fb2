-- Return whether a closure overlaps the time from p_from (included) to p_to (excluded). Closures are moments,
-- as for bookings: in an hour that a change of clocks repeats, one of the two is meant.
-- Times have the form "2026-08-01T00:00", so text compares like time. Only closures within two days are
-- converted to times, even if there are thousands.
create or replace function private.is_closed(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns boolean
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_from constant text := pg_catalog.to_char(p_from at time zone p_timezone - interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
    v_to constant text := pg_catalog.to_char(p_to at time zone p_timezone + interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
begin
    return exists (
        select from pg_catalog.jsonb_to_recordset(p_hours -> 'closures') c ("from" text, "to" text)
        where c."from" < v_to collate "C" and c."to" > v_from collate "C"
          and private.local_timestamp(c."from") at time zone p_timezone < p_to
          and private.local_timestamp(c."to") at time zone p_timezone > p_from);
end $$;

revoke all on function private.is_closed(jsonb, text, timestamptz, timestamptz) from public;
grant execute on function private.is_closed(jsonb, text, timestamptz, timestamptz)
    to authenticated, service_role, voice_agent, console;
