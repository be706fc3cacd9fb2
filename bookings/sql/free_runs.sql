-- Do the work of available_slots beyond the rights of the caller, and return runs: `times` starts from
-- first_at on, `step` apart, each with room for `free` more appointments. It shows only times, and for a user
-- only those of their own business.
-- p_duration, p_step: minutes. p_limit: the largest number of starts.
-- A run lies in one local day with one offset. local_date "2026-12-24T", local_time and utc_offset "+01:00"
-- are those of first_at.
-- It walks over the candidates and, side by side, over the closures and the times at which the load changes,
-- all in order. The result for one candidate holds for the following ones until the next change, so a free
-- afternoon is one step. Among the load changes during a stay, v_window keeps those with a higher load than
-- all later ones: the first is the busiest, and each enters and leaves once.
-- EXECUTE is granted only to the roles that may check times.
create or replace function private.free_runs(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_duration integer, p_step integer, p_limit integer)
returns table (
    first_at timestamptz, times integer, step interval, free integer, local_date text, local_time time, utc_offset text)
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    c_minute constant interval := '1 minute';
    c_moment constant interval := '1 microsecond';
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
    v_terms record;
    v_earliest timestamptz;
    v_latest timestamptz;
    v_stay constant interval := p_duration * c_minute;
    v_before interval;
    v_after interval;
    v_at timestamptz[];
    v_load integer[];
    v_changes integer;
    v_opens timestamptz[];
    v_closes timestamptz[];
    v_closed_from timestamptz[];
    v_closed_to timestamptz[];
    v_reach timestamptz := '-infinity';
    v_meets integer := 1;
    v_end timestamptz;
    v_not_before timestamptz;
    v_until timestamptz;
    v_local timestamp;
    v_offset interval;
    v_seen integer := 0;
    v_next integer := 1;
    v_window integer[] := '{}';
    v_first integer := 1;
    v_last integer := 0;
    v_busiest integer;
    v_full integer := 0;
    v_closure integer := 1;
    v_closures integer := 0;
    v_tried timestamptz := '-infinity';
begin
    select t.* into v_terms
    from private.booking_terms t
    where t.business_id = p_business_id and (not v_is_user or t.user_id = v_user);
    if not found then
        return;
    end if;
    v_earliest := greatest(p_from, pg_catalog.now() + v_terms.min_notice * c_minute);
    v_latest := least(p_to, pg_catalog.now() + v_terms.max_days_ahead * interval '24 hours' + c_moment);
    if v_earliest >= v_latest then
        return;
    end if;
    step := coalesce(p_step, v_terms.slot_step, p_duration) * c_minute;
    v_before := v_terms.buffer_before * c_minute;
    v_after := v_terms.buffer_after * c_minute;
    -- From v_at[i] on, v_load[i] appointments take place at the same time.
    select pg_catalog.array_agg(c.at), pg_catalog.array_agg(c.load) into v_at, v_load
    from (select b.at, pg_catalog.sum(b.change) over (order by b.at, b.change rows unbounded preceding)::integer as load
          from public.appointments a cross join lateral (values (a.busy_from, 1), (a.busy_to, -1)) as b (at, change)
          where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
            and a.busy_from < v_latest + v_stay + v_after
            and a.busy_from > v_earliest - v_before - v_terms.longest_stay * c_minute
          order by b.at, b.change) c;
    v_changes := coalesce(pg_catalog.cardinality(v_at), 0);
    select pg_catalog.array_agg(o.opens_at), pg_catalog.array_agg(o.closes_at) into v_opens, v_closes
    from private.opening_times(
        -- || makes a new value. PostgreSQL would unpack the stored one again for each day.
        v_terms.hours || '{}', v_terms.timezone, (v_earliest at time zone v_terms.timezone)::date - 1,
        ((v_latest + v_stay) at time zone v_terms.timezone)::date) o;
    if v_terms.hours -> 'closures' is not null then
        select pg_catalog.array_agg(c.closed_from), pg_catalog.array_agg(c.closed_to) into v_closed_from, v_closed_to
        from private.closed_times(v_terms.hours, v_terms.timezone, v_earliest, v_latest + v_stay) c;
        v_closures := coalesce(pg_catalog.cardinality(v_closed_from), 0);
    end if;

    for v_open in 1 .. coalesce(pg_catalog.cardinality(v_opens), 0) loop
        exit when v_opens[v_open] >= v_latest;
        -- A stay may continue into the next interval if that meets this one.
        v_reach := case when v_opens[v_open] <= v_reach then greatest(v_reach, v_closes[v_open]) else v_closes[v_open] end;
        -- The previous intervals are already within its reach, so hours of a thousand intervals take one
        -- walk, too.
        v_meets := greatest(v_meets, v_open + 1);
        while v_meets <= pg_catalog.cardinality(v_opens) and v_opens[v_meets] <= v_reach loop
            v_reach := greatest(v_reach, v_closes[v_meets]);
            v_meets := v_meets + 1;
        end loop;
        v_end := least(v_latest, v_closes[v_open], v_reach - v_stay + c_moment);
        first_at := v_opens[v_open];
        -- Yesterday's night can reach into the morning of a special day. Visit each time once, in order.
        v_not_before := greatest(v_earliest, v_tried + c_moment);
        while v_closure > 1 and v_closed_to[v_closure - 1] > first_at loop
            v_closure := v_closure - 1;
        end loop;
        loop
            if first_at < v_not_before then
                first_at := first_at + step
                    * pg_catalog.ceil(extract(epoch from v_not_before - first_at) / extract(epoch from step));
            end if;
            exit when first_at >= v_end;
            v_until := v_end;
            -- Pass a closure that the stay meets. The next closure bounds the run.
            while v_closure <= v_closures and v_closed_to[v_closure] <= first_at loop
                v_closure := v_closure + 1;
            end loop;
            if v_closure <= v_closures then
                if v_closed_from[v_closure] < first_at + v_stay then
                    v_not_before := v_closed_to[v_closure];
                    -- Also pass closures that leave less than one stay before them.
                    while v_closure < v_closures and v_not_before < v_end
                          and v_closed_from[v_closure + 1] < v_not_before + v_stay loop
                        v_closure := v_closure + 1;
                        v_not_before := v_closed_to[v_closure];
                    end loop;
                    continue;
                end if;
                v_until := least(v_until, v_closed_from[v_closure] - v_stay + c_moment);
            end if;
            while v_seen < v_changes and v_at[v_seen + 1] <= first_at - v_before loop
                v_seen := v_seen + 1;
            end loop;
            while v_next <= v_changes and v_at[v_next] < first_at + v_stay + v_after loop
                while v_last >= v_first and v_load[v_window[v_last]] <= v_load[v_next] loop
                    v_last := v_last - 1;
                end loop;
                v_last := v_last + 1;
                v_window[v_last] := v_next;
                if v_load[v_next] >= v_terms.capacity then
                    v_full := v_next;
                end if;
                v_next := v_next + 1;
            end loop;
            while v_first <= v_last and v_window[v_first] < v_seen loop
                v_first := v_first + 1;
            end loop;
            v_busiest := case when v_first <= v_last then v_load[v_window[v_first]] else 0 end;
            v_tried := first_at;
            if v_full >= greatest(v_seen, 1) then
                -- The time stays full until the last of these changes is in the past.
                v_not_before := greatest(v_at[v_full + 1] + v_before, first_at + c_moment);
                continue;
            end if;
            -- The result holds until a change enters the stay, or one in it is left behind.
            if v_next <= v_changes then
                v_until := least(v_until, v_at[v_next] - v_stay - v_after + c_moment);
            end if;
            if v_seen + 1 < v_next then
                v_until := least(v_until, v_at[v_seen + 1] + v_before);
            end if;
            v_local := first_at at time zone v_terms.timezone;
            v_offset := v_local - first_at at time zone 'UTC';
            v_until := least(v_until, first_at + (v_local::date + 1 - v_local));
            times := greatest(1, least(p_limit, pg_catalog.ceil(extract(epoch from v_until - first_at) / extract(epoch from step))));
            -- If the clocks change in between, each time is a run.
            if (first_at + times * step) at time zone v_terms.timezone <> v_local + times * step then
                times := 1;
            end if;
            free := v_terms.capacity - v_busiest;
            local_date := pg_catalog.to_char(v_local, 'YYYY-MM-DD"T"');
            local_time := v_local;
            utc_offset := case when v_offset < interval '0' then '-' else '+' end
                || pg_catalog.to_char(greatest(v_offset, -v_offset), 'HH24:MI');
            return next;
            p_limit := p_limit - times;
            if p_limit <= 0 then
                return;
            end if;
            v_tried := first_at + (times - 1) * step;
            v_not_before := v_tried + c_moment;
        end loop;
    end loop;
end $$;

revoke all on function private.free_runs(uuid, timestamptz, timestamptz, integer, integer, integer) from public;
grant execute on function private.free_runs(uuid, timestamptz, timestamptz, integer, integer, integer)
    to authenticated, voice_agent, service_role, console;
