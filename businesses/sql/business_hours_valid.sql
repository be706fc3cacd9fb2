-- Return whether opening hours are well-formed (CONTRACT.md, bookings). Null is valid and means 09:00–18:00
-- every day. Used by a CHECK: it returns false for every mistake and never raises.
create or replace function private.business_hours_valid(p_hours jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
    c_days constant text[] := array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    v_key text;
    v_value jsonb;
    v_from text;
    v_to text;
begin
    if p_hours is null then
        return true;
    end if;
    if pg_catalog.jsonb_typeof(p_hours) <> 'object'
       or p_hours - array['weekly', 'special', 'closures'] <> '{}'
       or coalesce(pg_catalog.jsonb_typeof(p_hours -> 'weekly'), 'object') <> 'object'
       or coalesce(pg_catalog.jsonb_typeof(p_hours -> 'special'), 'object') <> 'object'
       or coalesce(pg_catalog.jsonb_typeof(p_hours -> 'closures'), 'array') <> 'array'
       or coalesce(p_hours -> 'weekly', '{}') - c_days <> '{}' then
        return false;
    end if;
    -- The week as one line of minutes, repeated once, so that Sunday night meets Monday morning.
    if exists (
        with intervals as (
            select (d.position - 1) * 1440 + m.opens + w.week * 10080 as opens,
                   (d.position - 1) * 1440 + m.closes + w.week * 10080 as closes
            from pg_catalog.unnest(c_days) with ordinality as d (day, position)
            cross join lateral private.day_minutes(coalesce(p_hours -> 'weekly' -> d.day, '[]')) m
            cross join (values (0), (1)) as w (week)
        )
        select from (select i.opens, pg_catalog.lag(i.closes) over (order by i.opens, i.closes) as before from intervals i) o
        where o.opens < o.before
    ) then
        return false;
    end if;
    for v_key, v_value in select e.key, e.value from pg_catalog.jsonb_each(coalesce(p_hours -> 'special', '{}')) e loop
        -- make_date refuses days that don't exist, whatever the session's DateStyle.
        if v_key !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' or pg_catalog.make_date(
            pg_catalog.left(v_key, 4)::integer, pg_catalog.substr(v_key, 6, 2)::integer, pg_catalog.right(v_key, 2)::integer) is null then
            return false;
        end if;
        if exists (
            select from (select m.opens, pg_catalog.lag(m.closes) over (order by m.opens, m.closes) as before
                         from private.day_minutes(v_value) m) o
            where o.opens < o.before
        ) then
            return false;
        end if;
    end loop;
    for v_value in select e from pg_catalog.jsonb_array_elements(coalesce(p_hours -> 'closures', '[]')) e loop
        if pg_catalog.jsonb_typeof(v_value) <> 'object' or v_value - array['from', 'to'] <> '{}' then
            return false;
        end if;
        v_from := v_value ->> 'from';
        v_to := v_value ->> 'to';
        if private.local_timestamp(v_from) >= private.local_timestamp(v_to)
           or private.local_timestamp(v_from) is null or private.local_timestamp(v_to) is null then
            return false;
        end if;
    end loop;
    return true;
exception
    when invalid_parameter_value or datetime_field_overflow or invalid_text_representation then
        return false;
end $$;

revoke all on function private.business_hours_valid(jsonb) from public;
grant execute on function private.business_hours_valid(jsonb) to authenticated, service_role, console;
