-- How each business takes appointments, the defaults filled in; none that is in the trash. Minutes; longest_stay: of any
-- appointment ever placed there, with its buffers. A view, since it becomes part of the query that asks: a function costs a call.
create or replace view private.booking_terms as
select b.id as business_id, b.user_id, b.timezone, b.business_hours as hours, coalesce(r.capacity, 1) as capacity,
       coalesce(r.buffer_before, 0) as buffer_before, coalesce(r.buffer_after, 0) as buffer_after,
       coalesce(r.min_notice, 0) as min_notice, r.slot_step, coalesce(r.max_days_ahead, 365) as max_days_ahead,
       coalesce(d.longest_stay, 0) as longest_stay
from public.business_v2 b
left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
left join private.booking_diaries d on d.business_id = b.id
where b.deleted_at is null;

revoke all on private.booking_terms from public, anon, authenticated, service_role;

-- Whether a business with these hours and this zone is open from p_from to p_to without a break; intervals that meet, such
-- as 22:00–24:00 and the next day's 00:00–02:00, are one. Reads the days it needs and no more.
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
    -- Most times lie in an interval that opens on their own day. While the clocks don't change, those on the wall tell.
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
    -- Yesterday's last interval may reach into today, and one may meet the next.
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

-- What check_appointment_time does, past the caller's rights: it looks at times alone, and at a user's own business alone.
-- EXECUTE is granted to exactly the roles that may ask.
-- One query reads the terms and counts what is there meanwhile, by one index whatever the numbers: planning it anew for each call
-- costs more than running it.
create or replace function private.check_appointment(
    p_business_id uuid, p_scheduled_at timestamptz, p_duration integer, p_exclude uuid)
returns text
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
    v_terms record;
    v_starts_at timestamptz;
    v_ends_at timestamptz;
begin
    if p_business_id is null or p_scheduled_at is null or p_duration is null then
        return 'missing_argument';
    elsif not pg_catalog.isfinite(p_scheduled_at) then
        return 'invalid_time';
    elsif p_duration not between 1 and 1440 then
        return 'invalid_duration';
    -- Else refused below; to times at the ends of the calendar nothing can be added.
    elsif p_scheduled_at between pg_catalog.now() and pg_catalog.now() + interval '11 years' then
        v_starts_at := p_scheduled_at;
        v_ends_at := p_scheduled_at + p_duration * interval '1 minute';
    end if;
    select t.hours, t.timezone, t.capacity, t.buffer_before, t.buffer_after, t.min_notice, t.max_days_ahead, t.longest_stay,
           (select pg_catalog.count(*)
            from public.appointments a
            where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
              and a.busy_from < v_ends_at + t.buffer_after * interval '1 minute'
              and a.busy_from > v_starts_at - (t.buffer_before + t.longest_stay) * interval '1 minute'
              and a.busy_to > v_starts_at - t.buffer_before * interval '1 minute'
              and a.id is distinct from p_exclude) as load
    into v_terms
    from private.booking_terms t
    where t.business_id = p_business_id and (not v_is_user or t.user_id = v_user);
    if not found then
        return 'unknown_business';
    elsif p_scheduled_at < pg_catalog.now() then
        return 'in_past';
    elsif p_scheduled_at < pg_catalog.now() + v_terms.min_notice * interval '1 minute' then
        return 'too_soon';
    elsif p_scheduled_at > pg_catalog.now() + v_terms.max_days_ahead * interval '24 hours' then
        return 'too_far_ahead';
    elsif not private.open_throughout(v_terms.hours, v_terms.timezone, p_scheduled_at, v_ends_at) then
        return 'outside_hours';
    elsif v_terms.load >= v_terms.capacity and (
        -- Several need not be there at once.
        v_terms.load < 2 or private.peak_load(
            p_business_id, p_scheduled_at - v_terms.buffer_before * interval '1 minute',
            v_ends_at + v_terms.buffer_after * interval '1 minute', v_terms.longest_stay, p_exclude) >= v_terms.capacity) then
        return 'fully_booked';
    end if;
    return 'ok';
end $$;

revoke all on function private.check_appointment(uuid, timestamptz, integer, uuid) from public;
grant execute on function private.check_appointment(uuid, timestamptz, integer, uuid)
    to authenticated, voice_agent, service_role, console;

-- What available_slots finds, past the caller's rights, in runs: `times` starts from first_at on, `step` apart, each with room for
-- `free` more. It shows times alone, and those of a user's own business alone; p_limit: how many starts at most.
-- A run lies in one local day with one offset: local_date "2026-12-24T", local_time, utc_offset "+01:00" are those of first_at.
-- One walk over the candidates beside one over the times at which the load changes: both are in order. What a candidate meets holds
-- for those behind it until the next change, so that a free afternoon is one step.
-- EXECUTE is granted to exactly the roles that may ask.
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
    v_end timestamptz;
    v_not_before timestamptz;
    v_until timestamptz;
    v_local timestamp;
    v_offset interval;
    v_seen integer := 0;
    v_next integer;
    v_busiest integer;
    v_full integer;
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
    -- From v_at[i] on, v_load[i] appointments are there at the same time.
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
        v_terms.hours, v_terms.timezone, (v_earliest at time zone v_terms.timezone)::date - 1,
        ((v_latest + v_stay) at time zone v_terms.timezone)::date) o;
    if v_terms.hours -> 'closures' is not null then
        select pg_catalog.array_agg(c.closed_from order by c.closed_from), pg_catalog.array_agg(c.closed_to order by c.closed_from)
        into v_closed_from, v_closed_to
        from (select private.local_timestamp(c ->> 'from') at time zone v_terms.timezone as closed_from,
                     private.local_timestamp(c ->> 'to') at time zone v_terms.timezone as closed_to
              from pg_catalog.jsonb_array_elements(v_terms.hours -> 'closures') c) c
        where c.closed_from < v_latest + v_stay and c.closed_to > v_earliest;
    end if;

    for v_open in 1 .. coalesce(pg_catalog.cardinality(v_opens), 0) loop
        exit when v_opens[v_open] >= v_latest;
        -- A stay may go on where the next interval meets this one.
        v_reach := case when v_opens[v_open] <= v_reach then greatest(v_reach, v_closes[v_open]) else v_closes[v_open] end;
        for v_meets in v_open + 1 .. pg_catalog.cardinality(v_opens) loop
            exit when v_opens[v_meets] > v_reach;
            v_reach := greatest(v_reach, v_closes[v_meets]);
        end loop;
        v_end := least(v_latest, v_closes[v_open], v_reach - v_stay + c_moment);
        first_at := v_opens[v_open];
        -- Yesterday's night can reach into a special day's morning: each time once, in order.
        v_not_before := greatest(v_earliest, v_tried + c_moment);
        loop
            if first_at < v_not_before then
                first_at := first_at + step
                    * pg_catalog.ceil(extract(epoch from v_not_before - first_at) / extract(epoch from step));
            end if;
            exit when first_at >= v_end;
            v_until := v_end;
            -- A closure that the stay meets is passed; those to come bound the run.
            for v_closure in 1 .. coalesce(pg_catalog.cardinality(v_closed_from), 0) loop
                if v_closed_from[v_closure] >= first_at + v_stay then
                    v_until := least(v_until, v_closed_from[v_closure] - v_stay + c_moment);
                elsif v_closed_to[v_closure] > first_at then
                    v_not_before := greatest(v_not_before, v_closed_to[v_closure]);
                end if;
            end loop;
            continue when first_at < v_not_before;
            while v_seen < v_changes and v_at[v_seen + 1] <= first_at - v_before loop
                v_seen := v_seen + 1;
            end loop;
            v_next := v_seen;
            v_busiest := 0;
            v_full := null;
            loop
                if v_next > 0 and v_load[v_next] > v_busiest then
                    v_busiest := v_load[v_next];
                end if;
                if v_next > 0 and v_load[v_next] >= v_terms.capacity then
                    v_full := v_next;
                end if;
                v_next := v_next + 1;
                exit when v_next > v_changes or v_at[v_next] >= first_at + v_stay + v_after;
            end loop;
            v_tried := first_at;
            if v_full is not null then
                -- It stays full until the last of these changes back.
                v_not_before := greatest(v_at[v_full + 1] + v_before, first_at + c_moment);
                continue;
            end if;
            -- The same holds until a change comes into sight, or one that is in sight is left behind.
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
            -- Where the clocks change meanwhile, each time is a run.
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

-- The times between p_from and p_to (not included) at which an appointment of p_duration minutes can begin, in order: on a grid
-- from each opening, inside the opening hours, with room for one more. free: how many more fit; local_start: in the
-- business's zone, with its offset. No rows for an unknown business.
-- p_step: minutes; null for the business's own, or the duration. p_limit: 1 to 1000.
-- Errors: 22023 for what is missing, infinite, out of range, or longer than 62 days.
create or replace function public.available_slots(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_duration integer default 60, p_step integer default null,
    p_limit integer default 50)
returns table (starts_at timestamptz, ends_at timestamptz, local_start text, free integer)
language plpgsql stable
set search_path = ''
as $$
begin
    if p_business_id is null or p_from is null or p_to is null or not pg_catalog.isfinite(p_from) or not pg_catalog.isfinite(p_to) then
        raise exception 'a business and two times are needed'
            using errcode = 'invalid_parameter_value', hint = 'Give p_business_id, p_from and p_to.';
    elsif p_duration is null or p_duration not between 1 and 1440 or p_step not between 1 and 1440 then
        raise exception 'duration and step are 1 to 1440 minutes, not % and %', p_duration, coalesce(p_step::text, 'null')
            using errcode = 'invalid_parameter_value', hint = 'Leave the step out for the grid of the business.';
    elsif p_limit is null or p_limit not between 1 and 1000 then
        raise exception 'the limit is 1 to 1000, not %', p_limit
            using errcode = 'invalid_parameter_value', hint = 'Ask again from the last time for more.';
    elsif p_from not between '1970-01-01 00:00+00' and '9000-01-01 00:00+00' or p_to > p_from + interval '62 days' then
        raise exception 'the times span more than 62 days, or lie too far away'
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

-- What to offer when a time is taken: the free times nearest to p_near, within a month of it; of two at the same distance the
-- earlier first. The rows are those of available_slots.
-- Errors: 22023 for what is missing, infinite or out of range.
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
        raise exception 'a business, a time and a duration of 1 to 1440 minutes are needed'
            using errcode = 'invalid_parameter_value', hint = 'Give p_business_id and p_near.';
    elsif p_limit is null or p_limit not between 1 and 100 then
        raise exception 'the limit is 1 to 100, not %', p_limit
            using errcode = 'invalid_parameter_value', hint = 'Ask for a few.';
    end if;
    -- Later ones come in order, so that the first are enough; of the earlier ones the last are wanted: looked for further back
    -- only when the near past holds too few.
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

-- What book_appointment does, past the caller's rights: it books into a user's own business alone. The diary is locked before
-- it is read, so that nobody books between the check and the insert.
-- EXECUTE is granted to exactly the roles that may book.
-- Errors: 23P01 appointments_no_double_booking under REPEATABLE READ and SERIALIZABLE, where the lock can't refresh what is seen.
create or replace function private.book(
    p_business_id uuid, p_scheduled_at timestamptz, p_customer_name text, p_duration integer, p_customer_phone text,
    p_customer_email text, p_source public.appointment_source, p_external_id text, p_service_type text, p_notes text)
returns table (outcome text, appointment_id uuid)
language plpgsql security definer
set search_path = ''
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
    v_owner uuid;
    v_known record;
begin
    if p_business_id is null or p_scheduled_at is null or p_duration is null or pg_catalog.btrim(coalesce(p_customer_name, '')) = '' then
        outcome := 'missing_argument';
        return next;
        return;
    end if;
    -- The business before the diary, in the order of a plain insert, whose owner's trigger locks it first: the other way round is a
    -- deadlock.
    select b.user_id into v_owner
    from public.business_v2 b
    where b.id = p_business_id and b.deleted_at is null and (not v_is_user or b.user_id = v_user)
    for share;
    if found then
        perform private.lock_diary(p_business_id);
        if p_external_id is not null then
            select a.id, a.scheduled_at into v_known
            from public.appointments a
            where a.business_id = p_business_id and a.user_id = v_owner and a.external_id = p_external_id
              and a.status <> 'cancelled' and a.deleted_at is null;
            if found then
                outcome := case when v_known.scheduled_at = p_scheduled_at then 'already_booked' else 'external_id_conflict' end;
                appointment_id := v_known.id;
                return next;
                return;
            end if;
        end if;
    end if;
    outcome := private.check_appointment(p_business_id, p_scheduled_at, p_duration, null);
    if outcome = 'ok' then
        insert into public.appointments (business_id, user_id, customer_name, customer_phone, customer_email, scheduled_at,
                                         duration, source, external_id, service_type, notes)
        values (p_business_id, v_owner, p_customer_name, p_customer_phone, p_customer_email, p_scheduled_at,
                p_duration, coalesce(p_source, 'manual'), p_external_id, p_service_type, p_notes)
        returning id into appointment_id;
        outcome := 'booked';
    end if;
    return next;
end $$;

revoke all on function private.book(uuid, timestamptz, text, integer, text, text, public.appointment_source, text, text, text)
    from public;
grant execute on function private.book(uuid, timestamptz, text, integer, text, text, public.appointment_source, text, text, text)
    to authenticated, voice_agent, service_role, console;

-- BEFORE trigger on appointments: a confirmed one gets its business's buffers and a slot number, the lowest that no other
-- has at the same time, or is refused when the capacity is reached. Only when its time, duration, status, business or
-- deleted_at changes; by anything else it stays where it is, also after the capacity was lowered.
-- Two guards: the diary's lock makes writers of one business see each other; the exclusion constraint holds where a snapshot is
-- older than the lock. There the diary's row shows it: a stricter isolation level can't update what changed since its snapshot.
-- SECURITY DEFINER: whoever books need not read the other appointments.
-- Errors: 23P01 appointments_no_double_booking.
create or replace function private.place_appointment()
returns trigger
language plpgsql security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_terms record;
    v_from timestamptz;
    v_to timestamptz;
    v_stay integer;
    v_load integer;
begin
    if tg_op = 'UPDATE' and (new.scheduled_at, new.duration, new.business_id, new.status, new.deleted_at)
                            is not distinct from (old.scheduled_at, old.duration, old.business_id, old.status, old.deleted_at) then
        new.buffer_before := old.buffer_before;
        new.buffer_after := old.buffer_after;
        new.slot_number := old.slot_number;
        return new;
    end if;
    new.slot_number := null;
    if new.status <> 'confirmed' or new.deleted_at is not null then
        if tg_op = 'UPDATE' then
            new.buffer_before := old.buffer_before;
            new.buffer_after := old.buffer_after;
        end if;
        return new;
    end if;
    -- Refused by its own rules: CHECKs come after this trigger.
    if not pg_catalog.isfinite(new.scheduled_at) or new.duration not between 1 and 1440 then
        return new;
    end if;
    perform private.lock_diary(new.business_id);
    select coalesce(r.capacity, 1) as capacity, coalesce(r.buffer_before, 0) as buffer_before,
           coalesce(r.buffer_after, 0) as buffer_after into v_terms
    from public.business_v2 b left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
    where b.id = new.business_id and b.user_id = new.user_id;
    if not found then
        return new;  -- not the owner's business: the foreign key refuses it
    end if;
    new.buffer_before := v_terms.buffer_before;
    new.buffer_after := v_terms.buffer_after;
    v_from := new.scheduled_at - v_terms.buffer_before * interval '1 minute';
    v_to := new.scheduled_at + (new.duration + v_terms.buffer_after) * interval '1 minute';

    v_stay := v_terms.buffer_before + new.duration + v_terms.buffer_after;
    if pg_catalog.current_setting('transaction_isolation') = 'read committed' then
        v_stay := private.write_diary(new.business_id, v_stay);
    else
        begin
            v_stay := private.write_diary(new.business_id, v_stay);
        exception
            when serialization_failure or unique_violation then
                v_stay := null;
        end;
        if v_stay is null then
            raise exception 'another appointment was placed in business % since this transaction began', new.business_id
                using errcode = 'exclusion_violation', constraint = 'appointments_no_double_booking',
                      schema = 'public', table = 'appointments', column = 'scheduled_at',
                      hint = 'Begin a new transaction and try again.';
        end if;
    end if;

    select pg_catalog.count(*) into v_load
    from public.appointments a
    where a.business_id = new.business_id and a.status = 'confirmed' and a.deleted_at is null
      and a.busy_from < v_to and a.busy_from > v_from - v_stay * interval '1 minute' and a.busy_to > v_from
      and a.id <> new.id;
    -- Several need not be there at once.
    if v_load >= v_terms.capacity and (
        v_load < 2 or private.peak_load(new.business_id, v_from, v_to, v_stay, new.id) >= v_terms.capacity) then
        raise exception 'business % takes % at a time, and is booked at %', new.business_id, v_terms.capacity,
                        pg_catalog.to_char(new.scheduled_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
            using errcode = 'exclusion_violation', constraint = 'appointments_no_double_booking',
                  schema = 'public', table = 'appointments', column = 'scheduled_at',
                  hint = 'Choose another time: nearest_slots offers some.';
    end if;
    new.slot_number := case
        when v_load = 0 then 1 else private.lowest_free_slot(new.business_id, v_from, v_to, v_stay, new.id) end;
    return new;
end $$;

revoke all on function private.place_appointment() from public;
