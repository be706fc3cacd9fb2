-- Return when a business opens and closes on the local dates from p_first to p_last, in order. An interval
-- over midnight belongs to the day on which it opens.
-- Closures are not removed here. An interval that a change of clocks reverses (02:30–03:15 in a spring night)
-- is left out.
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
