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

-- What cancel_appointment does, past the caller's rights: it cancels a user's own appointments alone.
-- EXECUTE is granted to exactly the roles that may book.
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
            -- Notes have at most 10,000 characters: a long reason keeps nobody from cancelling.
            pg_catalog.left(pg_catalog.concat_ws(E'\n', a.notes, 'Cancelled: ' || nullif(pg_catalog.btrim(p_reason), '')), 10000), '')
        where a.id = v_row.id;
    end if;
    return next;
end $$;

revoke all on function private.cancel(uuid, text) from public;
grant execute on function private.cancel(uuid, text) to authenticated, voice_agent, service_role, console;

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

-- Appointments by what somebody typed: a phone number in any spelling, or words of name, e-mail, service, external id and notes; when
-- nothing has these words, words that are spelled like them. Best first, then the latest. rank: 0 to 1.
-- A user finds their own, a service those of everybody. p_trash: those in the trash too, for console.
-- SECURITY DEFINER: row security would keep the query from its indexes.
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
    -- Of a word that half of all rows have, some thousands will do: its whole list takes longer to read than anybody wants to wait.
    if v_owner is null and p_business_id is null then
        perform pg_catalog.set_config('gin_fuzzy_search_limit', '20000', true);
    end if;
    foreach v_spellings in array array[null, 'analytics.appointment_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            -- A rank by spellings would tell which words other accounts have.
            select c.id, case when v_spellings is null then pg_catalog.ts_rank(c.search, v_query) else 0.01::real end
            -- Of a name that thousands have, any few hundred: ordering them all would take a second.
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

-- Appointments for whoever may not see who the customers are: by whole words of the name, a whole phone number in any spelling, a whole
-- e-mail, external id or service. No beginnings, no misspellings and no words of notes: by them a masked value could be told letter by
-- letter. Called by private.search alone. The trash is found too. rank: 1.
create or replace function private.find_appointments_whole(p_query text, p_limit integer)
returns table (id uuid, rank real)
language plpgsql stable rows 20
-- Of a word that half of all rows have, some thousands will do.
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
              -- The whole of it: leading zeros, here at the end, are no part of a number as phone_asked gives it.
              and pg_catalog.rtrim(private.phone_key(a.customer_phone), '0') = v_phone
            order by a.scheduled_at desc, a.id limit p_limit;
        return;
    elsif v_words is null or v_words = '{}' then
        return;
    end if;
    -- A: words of the name; B: those of e-mail, service and external id.
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

-- What available_slots finds, past the caller's rights, in runs: `times` starts from first_at on, `step` apart, each with room for
-- `free` more. It shows times alone, and those of a user's own business alone; p_limit: how many starts at most.
-- A run lies in one local day with one offset: local_date "2026-12-24T", local_time, utc_offset "+01:00" are those of first_at.
-- One walk over the candidates beside one over the closures and one over the times at which the load changes: all are in order. What a
-- candidate meets holds for those behind it until the next change, so that a free afternoon is one step. Of the changes that a stay meets,
-- v_window holds those with a higher load than all behind them: the first is the busiest, and each is put in and taken out once.
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
        -- Written anew: as it is stored it would be unpacked once for each day.
        v_terms.hours || '{}', v_terms.timezone, (v_earliest at time zone v_terms.timezone)::date - 1,
        ((v_latest + v_stay) at time zone v_terms.timezone)::date) o;
    if v_terms.hours -> 'closures' is not null then
        select pg_catalog.array_agg(c.closed_from), pg_catalog.array_agg(c.closed_to) into v_closed_from, v_closed_to
        from private.closed_times(v_terms.hours, v_terms.timezone, v_earliest, v_latest + v_stay) c;
        v_closures := coalesce(pg_catalog.cardinality(v_closed_from), 0);
    end if;

    for v_open in 1 .. coalesce(pg_catalog.cardinality(v_opens), 0) loop
        exit when v_opens[v_open] >= v_latest;
        -- A stay may go on where the next interval meets this one.
        v_reach := case when v_opens[v_open] <= v_reach then greatest(v_reach, v_closes[v_open]) else v_closes[v_open] end;
        -- Those before are in its reach already: hours of a thousand intervals are one walk, too.
        v_meets := greatest(v_meets, v_open + 1);
        while v_meets <= pg_catalog.cardinality(v_opens) and v_opens[v_meets] <= v_reach loop
            v_reach := greatest(v_reach, v_closes[v_meets]);
            v_meets := v_meets + 1;
        end loop;
        v_end := least(v_latest, v_closes[v_open], v_reach - v_stay + c_moment);
        first_at := v_opens[v_open];
        -- Yesterday's night can reach into a special day's morning: each time once, in order.
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
            -- A closure that the stay meets is passed; the one to come bounds the run.
            while v_closure <= v_closures and v_closed_to[v_closure] <= first_at loop
                v_closure := v_closure + 1;
            end loop;
            if v_closure <= v_closures then
                if v_closed_from[v_closure] < first_at + v_stay then
                    v_not_before := v_closed_to[v_closure];
                    -- So are those that leave less than a stay before them.
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
begin
    if p_hours -> 'closures' is not null and private.is_closed(p_hours, p_timezone, p_from, p_to) then
        return false;
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

-- How many confirmed appointments a business has at the same time, at most, between two times; buffers count.
-- One index serves it whatever the numbers: planning it anew for each call costs more than running it.
-- p_longest_stay: minutes; bounds how far back a stay that still lasts can have begun. p_exclude: an appointment that is to move.
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
    -- Several need not be there at once: what has ended by a moment makes room at that moment.
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

-- BEFORE trigger on appointments: a confirmed one gets its business's buffers and a slot number, the lowest that no other
-- has at the same time, or is refused when the capacity is reached. Only when its time, duration, status, business or
-- deleted_at changes; by anything else it stays where it is, also after the capacity was lowered.
-- What went to the trash with its business keeps its place: nobody else gets it meanwhile, so it comes back there with the business, above the
-- capacity if that was lowered. A trigger moves it then: pg_trigger_depth() tells it from one that is restored by itself, and no client can.
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
    -- Refused by its own rules: CHECKs come after this trigger.
    if not pg_catalog.isfinite(new.scheduled_at) or new.duration not between 1 and 1440 then
        return new;
    end if;
    -- Asked before the lock: nobody holds up the diary of another tenant.
    if not exists (select from public.business_v2 b where b.id = new.business_id and b.user_id = new.user_id) then
        return new;  -- the foreign key refuses it
    end if;
    perform private.lock_diary(new.business_id);
    select coalesce(r.capacity, 1) as capacity, coalesce(r.buffer_before, 0) as buffer_before,
           coalesce(r.buffer_after, 0) as buffer_after into v_terms
    from public.business_v2 b left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
    where b.id = new.business_id and b.user_id = new.user_id;
    if not found then
        return new;  -- given away meanwhile
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

    if v_with_business then
        -- It lost its place in the trash, or never kept one: behind all that are back, and all that come back with it.
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

-- What reschedule_appointment does, past the caller's rights: it moves a user's own appointments alone.
-- EXECUTE is granted to exactly the roles that may book.
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
    -- The row before the diary, as a plain update does: the other way round is a deadlock.
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

-- Appointments by customer: name (with typos), phone in any spelling, e-mail, service, external id, notes; best first. A user searches
-- their own. rank: 0 to 1. p_limit: at most 100. Text that holds no word finds nothing.
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
        -- One by one: to the planner a user has a handful of appointments, and it would read them all.
        cross join lateral (select r.* from public.appointments r where r.id = f.id and r.deleted_at is null limit 1) a
        order by f.place;
end $$;

revoke all on function public.search_appointments(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_appointments(text, uuid, integer) to authenticated, service_role, console;
