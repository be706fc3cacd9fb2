-- How a business takes appointments, for whoever calls: to a user only their own business, to everybody no business that is
-- in the trash. One row or none. Minutes; p_longest_stay: of any appointment ever placed there, with its buffers.
create or replace function private.booking_terms(
    p_business_id uuid, out user_id uuid, out timezone text, out hours jsonb, out capacity integer, out buffer_before integer,
    out buffer_after integer, out min_notice integer, out slot_step integer, out max_days_ahead integer, out longest_stay integer)
returns setof record
language plpgsql stable
set search_path = ''
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
begin
    return query
        select b.user_id, b.timezone, b.business_hours, coalesce(r.capacity, 1), coalesce(r.buffer_before, 0),
               coalesce(r.buffer_after, 0), coalesce(r.min_notice, 0), r.slot_step, coalesce(r.max_days_ahead, 365),
               coalesce(d.longest_stay, 0)
        from public.business_v2 b
        left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
        left join private.booking_diaries d on d.business_id = b.id
        where b.id = p_business_id and b.deleted_at is null
          and (not v_is_user or b.user_id = v_user);
end $$;

revoke all on function private.booking_terms(uuid) from public;

-- What available_slots does, past the caller's rights: it shows times alone, and those of a user's own business alone.
-- p_limit: how many at most. EXECUTE is granted to exactly the roles that may ask.
-- One walk over the candidates beside one over the times at which the load changes: both are in order.
create or replace function private.free_slots(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_duration integer, p_step integer, p_limit integer)
returns table (starts_at timestamptz, ends_at timestamptz, local_start text, free integer)
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_terms record;
    v_earliest timestamptz;
    v_latest timestamptz;
    v_day date;
    v_last date;
    v_interval record;
    v_step interval;
    v_stay interval := p_duration * interval '1 minute';
    v_before interval;
    v_after interval;
    v_at timestamptz[];
    v_load integer[];
    v_changes integer;
    v_seen integer := 0;
    v_next integer;
    v_busiest integer;
    v_tried timestamptz := '-infinity';
begin
    select t.* into v_terms from private.booking_terms(p_business_id) t;
    if not found then
        return;
    end if;
    v_earliest := greatest(p_from, pg_catalog.now() + v_terms.min_notice * interval '1 minute');
    v_latest := least(p_to, pg_catalog.now() + v_terms.max_days_ahead * interval '24 hours' + interval '1 microsecond');
    if v_earliest >= v_latest then
        return;
    end if;
    v_step := coalesce(p_step, v_terms.slot_step, p_duration) * interval '1 minute';
    v_before := v_terms.buffer_before * interval '1 minute';
    v_after := v_terms.buffer_after * interval '1 minute';
    -- From v_at[i] on, v_load[i] appointments are there at the same time.
    select pg_catalog.array_agg(c.at order by c.at), pg_catalog.array_agg(c.load order by c.at) into v_at, v_load
    from (select b.at, pg_catalog.sum(pg_catalog.sum(b.change)) over (order by b.at)::integer as load
          from public.appointments a cross join lateral (values (a.busy_from, 1), (a.busy_to, -1)) as b (at, change)
          where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
            and a.busy_from < v_latest + v_stay + v_after
            and a.busy_from > v_earliest - v_before - v_terms.longest_stay * interval '1 minute'
          group by b.at) c;
    v_changes := coalesce(pg_catalog.cardinality(v_at), 0);

    v_day := (v_earliest at time zone v_terms.timezone)::date - 1;
    v_last := (v_latest at time zone v_terms.timezone)::date;
    while v_day <= v_last loop
        for v_interval in
            select i.opens_at, i.closes_at from private.opening_intervals(v_terms.hours, v_terms.timezone, v_day) i
            where i.opens_at < v_latest and i.closes_at > v_earliest
        loop
            starts_at := v_interval.opens_at;
            if starts_at < v_earliest then
                starts_at := starts_at + v_step
                    * pg_catalog.ceil(extract(epoch from v_earliest - starts_at) / extract(epoch from v_step));
            end if;
            while starts_at < v_interval.closes_at and starts_at < v_latest loop
                ends_at := starts_at + v_stay;
                -- Yesterday's night can reach into a special day's morning: each time once, in order.
                if starts_at > v_tried
                   and (ends_at <= v_interval.closes_at and v_terms.hours -> 'closures' is null
                        or private.open_throughout(v_terms.hours, v_terms.timezone, starts_at, ends_at)) then
                    v_tried := starts_at;
                    while v_seen < v_changes and v_at[v_seen + 1] <= starts_at - v_before loop
                        v_seen := v_seen + 1;
                    end loop;
                    v_busiest := case when v_seen = 0 then 0 else v_load[v_seen] end;
                    v_next := v_seen + 1;
                    while v_next <= v_changes and v_at[v_next] < ends_at + v_after loop
                        if v_load[v_next] > v_busiest then
                            v_busiest := v_load[v_next];
                        end if;
                        v_next := v_next + 1;
                    end loop;
                    if v_busiest < v_terms.capacity then
                        free := v_terms.capacity - v_busiest;
                        local_start := private.local_text(starts_at, v_terms.timezone);
                        return next;
                        p_limit := p_limit - 1;
                        if p_limit <= 0 then
                            return;
                        end if;
                    end if;
                end if;
                starts_at := starts_at + v_step;
            end loop;
        end loop;
        v_day := v_day + 1;
    end loop;
end $$;

revoke all on function private.free_slots(uuid, timestamptz, timestamptz, integer, integer, integer) from public;
grant execute on function private.free_slots(uuid, timestamptz, timestamptz, integer, integer, integer)
    to authenticated, voice_agent, service_role, console;

