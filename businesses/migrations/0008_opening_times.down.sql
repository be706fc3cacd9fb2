-- When a business opens on one local date, ordered; an interval over midnight belongs to the day it opens. Closures are
-- not cut out here. An interval that a change of clocks turns around (02:30–03:15 in a spring night) is left out.
create or replace function private.opening_intervals(p_hours jsonb, p_timezone text, p_date date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
    c_default constant jsonb := '[["09:00", "18:00"]]';
    v_midnight constant timestamp := p_date;
    v_date text;
    v_intervals jsonb;
begin
    if p_hours -> 'special' is not null then
        -- Not date::text, which follows the session's DateStyle.
        v_date := pg_catalog.lpad(extract(year from p_date)::text, 4, '0') || '-'
            || pg_catalog.lpad(extract(month from p_date)::text, 2, '0') || '-'
            || pg_catalog.lpad(extract(day from p_date)::text, 2, '0');
    end if;
    if p_hours -> 'special' ? v_date then
        v_intervals := p_hours -> 'special' -> v_date;
    elsif p_hours -> 'weekly' is null then
        v_intervals := c_default;
    else
        v_intervals := coalesce(
            p_hours -> 'weekly' -> (array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[extract(isodow from p_date)], '[]');
    end if;
    return query
        select i.opens_at, i.closes_at
        from (select (v_midnight + m.opens * interval '1 minute') at time zone p_timezone as opens_at,
                     (v_midnight + m.closes * interval '1 minute') at time zone p_timezone as closes_at
              from private.day_minutes(v_intervals) m) i
        where i.opens_at < i.closes_at
        order by i.opens_at;
end $$;

revoke all on function private.opening_intervals(jsonb, text, date) from public;
grant execute on function private.opening_intervals(jsonb, text, date) to authenticated, service_role, voice_agent, console;

drop function private.opening_times(jsonb, text, date, date);
drop function private.day_hours(jsonb, date);
