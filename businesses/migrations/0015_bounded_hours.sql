-- Whether a closure of these hours meets the time from p_from to p_to (not included). Closures are moments, as for bookings: of the hour
-- that a change of clocks repeats, one is meant.
-- Each is "2026-08-01T00:00", so that text compares like time: of thousands, only those within days of it are read as times.
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

-- When closures cut the time from p_from to p_to, ordered; those that meet or overlap are one, so that each begins and ends after the
-- one before it. See private.is_closed.
-- Well-formed by business_hours_valid, so a cast reads them, under every DateStyle: private.local_timestamp takes ten times as long.
-- Materialized: each is read once, not once for each place that names it.
create or replace function private.closed_times(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns table (closed_from timestamptz, closed_to timestamptz)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_from constant text := pg_catalog.to_char(p_from at time zone p_timezone - interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
    v_to constant text := pg_catalog.to_char(p_to at time zone p_timezone + interval '2 days', 'YYYY-MM-DD"T"HH24:MI');
begin
    return query
        with moments as materialized (
            select c."from"::timestamp at time zone p_timezone as begins, c."to"::timestamp at time zone p_timezone as ends
            from pg_catalog.jsonb_to_recordset(p_hours -> 'closures') c ("from" text, "to" text)
            where c."from" < v_to collate "C" and c."to" > v_from collate "C"
        ), seen as materialized (
            select m.begins, m.ends, pg_catalog.max(m.ends) over (
                       order by m.begins, m.ends rows between unbounded preceding and 1 preceding) as before
            from moments m where m.begins < p_to and m.ends > p_from and m.begins < m.ends
        ), runs as materialized (
            select s.begins, s.ends, pg_catalog.count(*) filter (where s.begins > s.before) over (
                       order by s.begins, s.ends rows unbounded preceding) as run
            from seen s
        )
        select pg_catalog.min(r.begins), pg_catalog.max(r.ends) from runs r group by r.run order by 1;
end $$;

revoke all on function private.closed_times(jsonb, text, timestamptz, timestamptz) from public;

-- Whether opening hours are within bounds, so that whoever asks for free times never waits for them: at most 1,000 intervals, special days and
-- closures together, and 64 kB as text. For a CHECK: null and what is malformed are for private.business_hours_valid to judge.
create or replace function private.business_hours_bounded(p_hours jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_hours is null then
        return true;
    elsif pg_catalog.octet_length(p_hours::text) > 65536 then
        return false;
    end if;
    return 1000 >= (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.weekly.*[*]', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.special.*', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.special.*[*]', silent => true))
        + (select pg_catalog.count(*) from pg_catalog.jsonb_path_query(p_hours, '$.closures[*]', silent => true));
end $$;

revoke all on function private.business_hours_bounded(jsonb) from public;
grant execute on function private.business_hours_bounded(jsonb) to authenticated, service_role, console;

-- The opening intervals of one local date as they are written, [["09:00", "12:00"], …]: those of a special day, else of the
-- weekday, else the default.
create or replace function private.day_hours(p_hours jsonb, p_date date)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
    -- A path reads one day; -> 'special' would copy all of them. Not date::text, which follows the session's DateStyle.
    v_special constant jsonb := p_hours #> array['special', pg_catalog.to_char(p_date::timestamp, 'YYYY-MM-DD')];
begin
    if p_hours is null then
        return '[["09:00", "18:00"]]';
    elsif v_special is not null then
        return v_special;
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
    if p_hours -> 'closures' is not null and private.is_closed(p_hours, p_timezone, p_at, p_at + interval '1 microsecond') then
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
