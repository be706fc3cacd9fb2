-- Return whether a business with these hours and this time zone is open from p_from to p_to without a break.
-- Intervals that meet, such as 22:00–24:00 and 00:00–02:00 of the next day, count as one. It reads only the
-- days that it needs.
create or replace function private.open_throughout(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_from at time zone p_timezone;
    v_day date := v_local;
    v_last date;
    v_list jsonb;
    v_from interval;
    v_to interval;
    v_opens interval;
    v_closes interval;
    v_interval record;
    v_covered timestamptz := p_from;
begin
    if p_hours -> 'closures' is not null and private.is_closed(p_hours, p_timezone, p_from, p_to) then
        return false;
    end if;
    -- Most times lie in an interval that opens on the same day. Unless the clocks change, comparing local
    -- times is enough.
    if (p_to + interval '24 hours') at time zone p_timezone - (p_from - interval '24 hours') at time zone p_timezone
       = p_to - p_from + interval '48 hours' then
        v_list := private.day_hours(p_hours, v_day);
        v_from := v_local - v_day;
        v_to := v_from + (p_to - p_from);
        for v_index in 0 .. pg_catalog.jsonb_array_length(v_list) - 1 loop
            v_opens := (v_list -> v_index ->> 0)::interval;
            v_closes := (v_list -> v_index ->> 1)::interval;
            if v_opens <= v_from and (v_to <= v_closes or v_closes <= v_opens and v_to <= v_closes + interval '24 hours') then
                return true;
            end if;
        end loop;
    end if;
    -- Yesterday's last interval may reach into today, and two intervals may meet.
    v_last := (p_to at time zone p_timezone)::date;
    v_day := v_day - 1;
    while v_day <= v_last and v_covered < p_to loop
        for v_interval in select i.opens_at, i.closes_at from private.opening_intervals(p_hours, p_timezone, v_day) i loop
            if v_interval.opens_at <= v_covered and v_interval.closes_at > v_covered then
                v_covered := v_interval.closes_at;
            end if;
        end loop;
        v_day := v_day + 1;
    end loop;
    return v_covered >= p_to;
end $$;

revoke all on function private.open_throughout(jsonb, text, timestamptz, timestamptz) from public;
