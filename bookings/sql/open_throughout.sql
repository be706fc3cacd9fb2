-- Whether a business with these hours and this zone is open from p_from to p_to without a break; intervals that meet, such
-- as 22:00–24:00 and the next day's 00:00–02:00, are one. Reads the days it needs and no more.
create or replace function private.open_throughout(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    -- Yesterday's last interval may reach into today.
    v_day date := (p_from at time zone p_timezone)::date - 1;
    v_last constant date := (p_to at time zone p_timezone)::date;
    v_interval record;
    v_covered timestamptz := p_from;
    v_closure jsonb;
begin
    if p_hours -> 'closures' is not null then
        for v_closure in select c from pg_catalog.jsonb_array_elements(p_hours -> 'closures') c loop
            if private.local_timestamp(v_closure ->> 'from') at time zone p_timezone < p_to
               and private.local_timestamp(v_closure ->> 'to') at time zone p_timezone > p_from then
                return false;
            end if;
        end loop;
    end if;
    -- Most times lie in an interval that opens on their own day.
    if exists (select from private.opening_intervals(p_hours, p_timezone, v_day + 1) i
               where i.opens_at <= p_from and i.closes_at >= p_to) then
        return true;
    end if;
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
