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

-- When a business opens on the local dates from p_first to p_last, ordered; an interval over midnight belongs to the day it opens.
-- Closures are not cut out here. An interval that a change of clocks turns around (02:30–03:15 in a spring night) is left out.
create or replace function private.opening_times(p_hours jsonb, p_timezone text, p_first date, p_last date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
    return query
        select o.opens_at, o.closes_at
        from (select (l.midnight + l.opens) at time zone p_timezone as opens_at,
                     (l.midnight + l.closes + case when l.closes <= l.opens then interval '24 hours' else interval '0' end)
                         at time zone p_timezone as closes_at
              from (select (p_first + d.day)::timestamp as midnight, (i.list ->> 0)::interval as opens, (i.list ->> 1)::interval as closes
                    from pg_catalog.generate_series(0, p_last - p_first) d (day)
                    cross join lateral pg_catalog.jsonb_array_elements(private.day_hours(p_hours, p_first + d.day)) i (list)) l) o
        where o.opens_at < o.closes_at
        order by o.opens_at;
end $$;

revoke all on function private.opening_times(jsonb, text, date, date) from public;
grant execute on function private.opening_times(jsonb, text, date, date) to authenticated, service_role, voice_agent, console;

-- When a business opens on one local date: private.opening_times of that date.
create or replace function private.opening_intervals(p_hours jsonb, p_timezone text, p_date date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
begin
    return query select o.opens_at, o.closes_at from private.opening_times(p_hours, p_timezone, p_date, p_date) o;
end $$;

revoke all on function private.opening_intervals(jsonb, text, date) from public;
grant execute on function private.opening_intervals(jsonb, text, date) to authenticated, service_role, voice_agent, console;
