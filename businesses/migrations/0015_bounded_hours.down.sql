-- The opening intervals of one local date as they are written, [["09:00", "12:00"], …]: those of a special day, else of the
-- weekday, else the default.
create or replace function private.day_hours(p_hours jsonb, p_date date)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
    v_special constant jsonb := p_hours -> 'special';
begin
    if p_hours is null then
        return '[["09:00", "18:00"]]';
    -- Not date::text, which follows the session's DateStyle.
    elsif v_special is not null and v_special ? pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD') then
        return v_special -> pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD');
    elsif p_hours -> 'weekly' is null then
        return '[["09:00", "18:00"]]';
    end if;
    return coalesce(
        p_hours -> 'weekly' -> (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[extract(isodow from p_date)], '[]');
end $$;

revoke all on function private.day_hours(jsonb, date) from public;
grant execute on function private.day_hours(jsonb, date) to authenticated, service_role, voice_agent, console;

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

drop function private.is_closed(jsonb, text, timestamptz, timestamptz);
drop function private.closed_times(jsonb, text, timestamptz, timestamptz);
drop function private.business_hours_bounded(jsonb);
