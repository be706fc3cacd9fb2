-- Whether a business with these hours and this zone is open at a time: opening included, closing not.
create or replace function private.is_open_at(p_hours jsonb, p_timezone text, p_at timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_at at time zone p_timezone;
begin
    if exists (
        select from pg_catalog.jsonb_array_elements(coalesce(p_hours -> 'closures', '[]')) c
        -- Moments, as for bookings: of the hour that a change of clocks repeats, one is meant.
        where p_at >= private.local_timestamp(c ->> 'from') at time zone p_timezone
          and p_at < private.local_timestamp(c ->> 'to') at time zone p_timezone
    ) then
        return false;
    end if;
    -- Yesterday too: its last interval may reach into today.
    return exists (
        select from (values (v_local::date - 1), (v_local::date)) as d (day)
        cross join lateral private.opening_intervals(p_hours, p_timezone, d.day) i
        where p_at >= i.opens_at and p_at < i.closes_at
    );
end $$;

revoke all on function private.is_open_at(jsonb, text, timestamptz) from public;
grant execute on function private.is_open_at(jsonb, text, timestamptz) to authenticated, service_role, voice_agent, console;
