-- List the slots of a business from p_from (included) to p_to (excluded), in order. Starts lie on a grid that
-- begins at each opening time. The appointment must fit into the opening hours, and the capacity must allow
-- one more. No rows for an unknown business.
-- p_duration: minutes of the appointment, 1 to 1440.
-- p_step: minutes between two starts; null means the business's step, or the duration if it has none.
-- p_limit: 1 to 1000 rows.
-- Returns free: how many more appointments fit; local_start: the start in the business's time zone, with its
-- offset.
-- Errors: 22023 an argument is missing, infinite or out of range, or the time is longer than 62 days.
create or replace function public.available_slots(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_duration integer default 60, p_step integer default null,
    p_limit integer default 50)
returns table (starts_at timestamptz, ends_at timestamptz, local_start text, free integer)
language plpgsql stable
set search_path = ''
as $$
begin
    if p_business_id is null or p_from is null or p_to is null or not pg_catalog.isfinite(p_from) or not pg_catalog.isfinite(p_to) then
        raise exception 'available_slots needs a business and two finite times'
            using errcode = 'invalid_parameter_value', hint = 'Give p_business_id, p_from and p_to.';
    elsif p_duration is null or p_duration not between 1 and 1440 or p_step not between 1 and 1440 then
        raise exception 'duration and step must be 1 to 1440 minutes, not % and %',
                        coalesce(p_duration::text, 'null'), coalesce(p_step::text, 'null')
            using errcode = 'invalid_parameter_value',
                  hint = 'Give p_duration in minutes. Leave p_step out to use the grid of the business.';
    elsif p_limit is null or p_limit not between 1 and 1000 then
        raise exception 'the limit must be 1 to 1000, not %', coalesce(p_limit::text, 'null')
            using errcode = 'invalid_parameter_value', hint = 'For more slots, call again with p_from set to the last start.';
    elsif p_from not between '1970-01-01 00:00+00' and '9000-01-01 00:00+00' or p_to > p_from + interval '62 days' then
        raise exception 'the time from % to % is longer than 62 days, or begins before 1970 or after 8999', p_from, p_to
            using errcode = 'invalid_parameter_value', hint = 'Ask for one month at a time.';
    end if;
    return query
        select r.first_at + n.n * r.step, r.first_at + n.n * r.step + p_duration * interval '1 minute',
               r.local_date || pg_catalog.left((r.local_time + n.n * r.step)::text, 5) || r.utc_offset, r.free
        from private.free_runs(p_business_id, p_from, p_to, p_duration, p_step, p_limit) r
        cross join lateral pg_catalog.generate_series(0, r.times - 1) n (n);
end $$;

revoke all on function public.available_slots(uuid, timestamptz, timestamptz, integer, integer, integer)
    from public, anon, authenticated, service_role;
grant execute on function public.available_slots(uuid, timestamptz, timestamptz, integer, integer, integer)
    to authenticated, voice_agent, service_role, console;
