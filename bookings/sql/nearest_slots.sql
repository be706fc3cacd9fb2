-- List the slots nearest to a time that is taken, at most 31 days away, the nearest first; of two at the same
-- distance, the earlier one first. The rows are those of available_slots.
-- p_duration: minutes of the appointment, 1 to 1440.
-- p_limit: 1 to 100 rows.
-- Errors: 22023 an argument is missing, infinite or out of range.
create or replace function public.nearest_slots(
    p_business_id uuid, p_near timestamptz, p_duration integer default 60, p_limit integer default 3)
returns table (starts_at timestamptz, ends_at timestamptz, local_start text, free integer)
language plpgsql stable
set search_path = ''
as $$
declare
    v_span interval;
begin
    if p_business_id is null or p_near is null or not pg_catalog.isfinite(p_near) or p_duration is null
       or p_duration not between 1 and 1440 or p_near not between '1970-01-01 00:00+00' and '9000-01-01 00:00+00' then
        raise exception 'nearest_slots needs a business, a finite time and a duration of 1 to 1440 minutes, not %',
                        coalesce(p_duration::text, 'null')
            using errcode = 'invalid_parameter_value', hint = 'Give p_business_id, and p_near between the years 1970 and 8999.';
    elsif p_limit is null or p_limit not between 1 and 100 then
        raise exception 'the limit must be 1 to 100, not %', coalesce(p_limit::text, 'null')
            using errcode = 'invalid_parameter_value', hint = 'Leave p_limit out to get 3 slots.';
    end if;
    -- Later slots come in order, so the first ones are enough. The last of the earlier slots are wanted, so
    -- look further back only if the near past has too few.
    foreach v_span in array array[interval '1 day', interval '7 days', interval '31 days'] loop
        exit when p_near - v_span <= pg_catalog.now() or p_limit <= (
            select pg_catalog.sum(r.times) from private.free_runs(p_business_id, p_near - v_span, p_near, p_duration, null, p_limit) r);
    end loop;
    return query
        select s.starts_at, s.starts_at + p_duration * interval '1 minute', s.local_start, s.free
        from (select r.first_at + n.n * r.step as starts_at,
                     r.local_date || pg_catalog.left((r.local_time + n.n * r.step)::text, 5) || r.utc_offset as local_start, r.free
              from (select e.* from private.free_runs(p_business_id, p_near - v_span, p_near, p_duration, null, 2147483647) e
                    union all
                    select l.* from private.free_runs(
                        p_business_id, p_near, p_near + interval '31 days', p_duration, null, p_limit) l) r
              cross join lateral pg_catalog.generate_series(0, r.times - 1) n (n)) s
        order by greatest(s.starts_at - p_near, p_near - s.starts_at), s.starts_at
        limit p_limit;
end $$;

revoke all on function public.nearest_slots(uuid, timestamptz, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.nearest_slots(uuid, timestamptz, integer, integer)
    to authenticated, voice_agent, service_role, console;
