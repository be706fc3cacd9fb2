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

-- Do the work of book_appointment beyond the rights of the caller. A user can book only at their own
-- business. It locks the diary before it reads it, so that no other session books between the check and the
-- insert.
-- EXECUTE is granted only to the roles that may book.
-- Errors: 23P01 appointments_no_double_booking under REPEATABLE READ and SERIALIZABLE, where the lock can't
--   refresh the snapshot.
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
    -- Lock the business before the diary, like a plain insert, whose fill_owner trigger locks it first. The
    -- reverse order would deadlock.
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

-- Do the work of cancel_appointment beyond the rights of the caller. A user can cancel only their own
-- appointments.
-- EXECUTE is granted only to the roles that may book.
create or replace function private.cancel(p_appointment_id uuid, p_reason text)
returns table (outcome text, appointment_id uuid)
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.appointments;
begin
    appointment_id := p_appointment_id;
    select a.* into v_row from private.own_appointment(p_appointment_id) a;
    outcome := case
        when v_row.id is null then 'unknown_appointment'
        when v_row.status = 'cancelled' then 'already_cancelled'
        when v_row.status <> 'confirmed' then 'not_confirmed'
        else 'cancelled'
    end;
    if outcome = 'unknown_appointment' then
        appointment_id := null;
    elsif outcome = 'cancelled' then
        update public.appointments a
        set status = 'cancelled', notes = nullif(
            -- Notes have at most 10,000 characters, and a long reason must not prevent a cancellation.
            pg_catalog.left(pg_catalog.concat_ws(E'\n', a.notes, 'Cancelled: ' || nullif(pg_catalog.btrim(p_reason), '')), 10000), '')
        where a.id = v_row.id;
    end if;
    return next;
end $$;

revoke all on function private.cancel(uuid, text) from public;
grant execute on function private.cancel(uuid, text) to authenticated, voice_agent, service_role, console;

-- Do the work of check_appointment_time beyond the rights of the caller. It reads only times, and for a user
-- only those of their own business.
-- One query reads the booking rules and counts the appointments at that time. It always uses the same index,
-- so a generic plan is cheaper than a new plan for each call.
-- EXECUTE is granted only to the roles that may check times.
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
    -- Other times are refused below. At the ends of the calendar, adding to a time would fail.
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
        -- Several appointments that overlap this one need not overlap each other.
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

-- Find appointments by a phone number in any spelling, or by words of name, e-mail, service, external id and
-- notes. If no appointment has these words, it looks for words with a similar spelling. Best first, then the
-- latest. A user finds their own appointments, a service finds those of all tenants.
-- p_trash: true includes the trash, for console only.
-- Returns rank: 0 to 1.
-- SECURITY DEFINER: row security would prevent the query from using its indexes.
create or replace function private.find_appointments(p_query text, p_business_id uuid, p_limit integer, p_trash boolean default false)
returns table (id uuid, rank real)
language plpgsql stable security definer rows 20
set search_path = '' set gin_fuzzy_search_limit = 0
as $$
declare
    v_caller text := private.caller();
    v_owner uuid := case v_caller when 'authenticated' then private.uid() end;
    v_trash boolean := p_trash and v_caller in ('console', current_user);
    v_phone text := private.phone_asked(p_query);
    v_query tsquery;
    v_spellings regclass;
begin
    if v_caller = 'authenticated' and v_owner is null then
        return;
    end if;
    if v_phone is not null then
        return query
            select a.id, 1::real from public.appointments a
            where private.phone_key(a.customer_phone) ~>=~ v_phone
              and private.phone_key(a.customer_phone) ~<~ (v_phone || ':')
              and (v_owner is null or a.user_id = v_owner) and (v_trash or a.deleted_at is null)
              and (p_business_id is null or a.business_id = p_business_id)
            order by a.scheduled_at desc, a.id limit p_limit;
        return;
    end if;
    -- For a word in half of all rows, some thousands of rows are enough: reading its whole list takes too
    -- long.
    if v_owner is null and p_business_id is null then
        perform pg_catalog.set_config('gin_fuzzy_search_limit', '20000', true);
    end if;
    foreach v_spellings in array array[null, 'analytics.appointment_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            -- A rank by spelling would reveal which words other accounts have.
            select c.id, case when v_spellings is null then pg_catalog.ts_rank(c.search, v_query) else 0.01::real end
            -- For a name in thousands of rows, any 300 are enough: ordering all of them would take a second.
            from (select a.id, a.search, a.scheduled_at from public.appointments a
                  where a.search @@ v_query
                    and (v_owner is null or a.user_id = v_owner) and (v_trash or a.deleted_at is null)
                    and (p_business_id is null or a.business_id = p_business_id)
                  limit 300) c
            order by pg_catalog.ts_rank(c.search, v_query) desc, c.scheduled_at desc, c.id limit p_limit;
        exit when found or v_query is null;
    end loop;
end $$;

revoke all on function private.find_appointments(text, uuid, integer, boolean) from public;
grant execute on function private.find_appointments(text, uuid, integer, boolean) to authenticated, service_role, console;

-- Find appointments for staff who may not see customers' data: by whole words of the name, a whole phone
-- number in any spelling, a whole e-mail, external id or service. It does not match beginnings, misspellings
-- or words of notes, because these would reveal a masked value letter by letter. Only private.search calls
-- it. It includes the trash.
-- Returns rank: 1.
create or replace function private.find_appointments_whole(p_query text, p_limit integer)
returns table (id uuid, rank real)
language plpgsql stable rows 20
-- For a word in half of all rows, some thousands of rows are enough.
set search_path = '' set gin_fuzzy_search_limit = 20000
as $$
declare
    v_phone text := private.phone_asked(p_query);
    v_text text := pg_catalog.lower(pg_catalog.btrim(p_query));
    v_words text[] := (pg_catalog.array_remove(
        pg_catalog.string_to_array(private.plain_words(pg_catalog.left(p_query, 500)), ' '), ''))[1:8];
    v_names tsquery;
    v_others tsquery;
begin
    if v_phone is not null then
        return query
            select a.id, 1::real from public.appointments a
            where private.phone_key(a.customer_phone) ~>=~ v_phone
              and private.phone_key(a.customer_phone) ~<~ (v_phone || ':')
              -- The whole number must match. phone_asked leaves out leading zeros, which stand at the end
              -- here.
              and pg_catalog.rtrim(private.phone_key(a.customer_phone), '0') = v_phone
            order by a.scheduled_at desc, a.id limit p_limit;
        return;
    elsif v_words is null or v_words = '{}' then
        return;
    end if;
    -- A: words of the name. B: words of e-mail, service and external id.
    v_names := pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_words, ':A & ') || ':A');
    v_others := pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_words, ':B & ') || ':B');
    return query
        select c.id, 1::real
        from (select a.id, a.scheduled_at from public.appointments a
              where a.search @@ v_names
                 or (a.search @@ v_others
                     and v_text in (pg_catalog.lower(pg_catalog.btrim(a.customer_email)), pg_catalog.lower(a.external_id),
                                    pg_catalog.lower(a.service_type)))
              limit 300) c
        order by c.scheduled_at desc, c.id limit p_limit;
end $$;

revoke all on function private.find_appointments_whole(text, integer) from public;

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

-- Return the highest number of confirmed appointments at the same time between two times, buffers included.
-- p_longest_stay: minutes; it limits how far back an appointment that still lasts can have begun.
-- p_exclude: the appointment that is to move.
-- It always uses the same index, so a generic plan is cheaper than a new plan for each call.
create or replace function private.peak_load(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_longest_stay integer, p_exclude uuid)
returns integer
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_load integer;
begin
    select pg_catalog.count(*) into v_load
    from public.appointments a
    where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
      and a.busy_from < p_to and a.busy_from > p_from - p_longest_stay * interval '1 minute' and a.busy_to > p_from
      and a.id is distinct from p_exclude;
    if v_load < 2 then
        return v_load;
    end if;
    -- Several appointments need not overlap each other: one that has ended by a moment makes room at that
    -- moment.
    return (
        select pg_catalog.max(e.load)
        from (select pg_catalog.sum(b.change) over (order by b.at, b.change) as load
              from public.appointments a
              cross join lateral (values (greatest(a.busy_from, p_from), 1), (a.busy_to, -1)) as b (at, change)
              where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
                and a.busy_from < p_to and a.busy_from > p_from - p_longest_stay * interval '1 minute' and a.busy_to > p_from
                and a.id is distinct from p_exclude) e);
end $$;

revoke all on function private.peak_load(uuid, timestamptz, timestamptz, integer, uuid) from public;

-- BEFORE trigger on appointments. It gives a confirmed appointment the buffers of its business and the lowest
-- slot number that no other appointment has at the same time, or refuses it if the capacity is reached. It
-- acts only if the time, duration, status, business or deleted_at changes. Other updates keep the place, even
-- after the capacity was lowered.
-- An appointment that went to the trash with its business keeps its place, since no other appointment can be
-- made meanwhile. It is restored to that place with the business, even above a capacity that was lowered. In
-- that case a trigger restores it: pg_trigger_depth() distinguishes it from an appointment that is restored
-- alone, and no client can set that.
-- Two guards protect the capacity. The diary lock makes writers of one business see each other. The exclusion
-- constraint holds if a snapshot is older than the lock. In that case the diary's row detects it: a stricter
-- isolation level can't update a row that changed since its snapshot.
-- SECURITY DEFINER: a role that books need not read the other appointments.
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
    v_with_business boolean;
begin
    if tg_op = 'UPDATE' and (new.scheduled_at, new.duration, new.business_id, new.status, new.deleted_at)
                            is not distinct from (old.scheduled_at, old.duration, old.business_id, old.status, old.deleted_at) then
        new.buffer_before := old.buffer_before;
        new.buffer_after := old.buffer_after;
        new.slot_number := old.slot_number;
        return new;
    end if;
    v_with_business := tg_op = 'UPDATE' and pg_catalog.pg_trigger_depth() > 1
        and (new.scheduled_at, new.duration, new.business_id, new.status) is not distinct from (old.scheduled_at, old.duration, old.business_id, old.status);
    if v_with_business and (new.deleted_at is not null or old.slot_number is not null) then
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
    -- CHECKs refuse these values later, after this trigger.
    if not pg_catalog.isfinite(new.scheduled_at) or new.duration not between 1 and 1440 then
        return new;
    end if;
    -- Check before locking, so that nobody can lock the diary of another tenant.
    if not exists (select from public.business_v2 b where b.id = new.business_id and b.user_id = new.user_id) then
        return new;  -- the foreign key refuses it
    end if;
    perform private.lock_diary(new.business_id);
    select coalesce(r.capacity, 1) as capacity, coalesce(r.buffer_before, 0) as buffer_before,
           coalesce(r.buffer_after, 0) as buffer_after into v_terms
    from public.business_v2 b left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
    where b.id = new.business_id and b.user_id = new.user_id;
    if not found then
        return new;  -- the business got another owner in between
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
            raise exception 'another appointment was booked at business % since this transaction began', new.business_id
                using errcode = 'exclusion_violation', constraint = 'appointments_no_double_booking',
                      schema = 'public', table = 'appointments', column = 'scheduled_at',
                      hint = 'Begin a new transaction and try again.';
        end if;
    end if;

    if v_with_business then
        -- It lost its place in the trash, or never kept one. Place it behind all that are restored or will be
        -- restored with it.
        select coalesce(pg_catalog.max(a.slot_number), 0) + 1 into new.slot_number
        from public.appointments a
        where a.business_id = new.business_id and a.status = 'confirmed' and (a.deleted_at is null or a.deleted_at = old.deleted_at)
          and a.scheduled_at between v_from - 2 * v_stay * interval '1 minute' and v_to + v_stay * interval '1 minute'
          and a.busy_from < v_to and a.busy_to > v_from and a.id <> new.id;
        return new;
    end if;

    select pg_catalog.count(*) into v_load
    from public.appointments a
    where a.business_id = new.business_id and a.status = 'confirmed' and a.deleted_at is null
      and a.busy_from < v_to and a.busy_from > v_from - v_stay * interval '1 minute' and a.busy_to > v_from
      and a.id <> new.id;
    -- Several appointments that overlap this one need not overlap each other.
    if v_load >= v_terms.capacity and (
        v_load < 2 or private.peak_load(new.business_id, v_from, v_to, v_stay, new.id) >= v_terms.capacity) then
        raise exception 'business % takes % appointments at a time and is fully booked at %', new.business_id, v_terms.capacity,
                        pg_catalog.to_char(new.scheduled_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
            using errcode = 'exclusion_violation', constraint = 'appointments_no_double_booking',
                  schema = 'public', table = 'appointments', column = 'scheduled_at',
                  hint = 'Choose another time. nearest_slots() returns the free times near this one.';
    end if;
    new.slot_number := case
        when v_load = 0 then 1 else private.lowest_free_slot(new.business_id, v_from, v_to, v_stay, new.id) end;
    return new;
end $$;

revoke all on function private.place_appointment() from public;

-- Do the work of reschedule_appointment beyond the rights of the caller. A user can move only their own
-- appointments.
-- EXECUTE is granted only to the roles that may book.
-- Errors: 23P01 appointments_no_double_booking, 40001 under REPEATABLE READ and SERIALIZABLE.
create or replace function private.reschedule(p_appointment_id uuid, p_scheduled_at timestamptz, p_duration integer)
returns table (outcome text, appointment_id uuid)
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.appointments;
begin
    appointment_id := p_appointment_id;
    -- Lock the row before the diary, like a plain update. The reverse order would deadlock.
    select a.* into v_row from private.own_appointment(p_appointment_id) a;
    perform private.lock_diary(v_row.business_id) where v_row.id is not null;
    outcome := case
        when v_row.id is null then 'unknown_appointment'
        when v_row.status = 'cancelled' then 'already_cancelled'
        when v_row.status <> 'confirmed' then 'not_confirmed'
        when v_row.scheduled_at = p_scheduled_at and v_row.duration = coalesce(p_duration, v_row.duration) then 'rescheduled'
        else private.check_appointment(v_row.business_id, p_scheduled_at, coalesce(p_duration, v_row.duration), v_row.id)
    end;
    if outcome = 'unknown_appointment' then
        appointment_id := null;
    elsif outcome = 'ok' then
        update public.appointments a set scheduled_at = p_scheduled_at, duration = coalesce(p_duration, v_row.duration)
        where a.id = v_row.id;
        outcome := 'rescheduled';
    end if;
    return next;
end $$;

revoke all on function private.reschedule(uuid, timestamptz, integer) from public;
grant execute on function private.reschedule(uuid, timestamptz, integer) to authenticated, voice_agent, service_role, console;

-- Search appointments by customer: name (typos are fine), phone number in any spelling, e-mail, service,
-- external id or notes. Best first. A user searches their own appointments. A text without a word finds
-- nothing.
-- p_limit: at most 100 rows.
-- Returns rank: 0 to 1.
create or replace function public.search_appointments(p_query text, p_business_id uuid default null, p_limit integer default 20)
returns table (id uuid, business_id uuid, customer_name text, customer_phone text, customer_email text, scheduled_at timestamptz,
               duration integer, status public.appointment_status, service_type text, external_id text, notes text, rank real)
language plpgsql stable
set search_path = ''
as $$
begin
    return query
        select a.id, a.business_id, a.customer_name, a.customer_phone, a.customer_email, a.scheduled_at, a.duration, a.status,
               a.service_type, a.external_id, a.notes, f.rank
        from private.find_appointments(p_query, p_business_id, least(greatest(coalesce(p_limit, 20), 1), 100))
             with ordinality f (id, rank, place)
        -- LATERAL looks rows up one by one. The planner assumes that a user has few appointments and would
        -- read all of them.
        cross join lateral (select r.* from public.appointments r where r.id = f.id and r.deleted_at is null limit 1) a
        order by f.place;
end $$;

revoke all on function public.search_appointments(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_appointments(text, uuid, integer) to authenticated, service_role, console;
