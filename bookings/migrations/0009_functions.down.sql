-- Whether a business with these hours and this zone is open from p_from to p_to without a break; intervals that meet, such
-- as 22:00–24:00 and the next day's 00:00–02:00, are one. Reads the days it needs and no more.
create or replace function private.open_throughout(p_hours jsonb, p_timezone text, p_from timestamptz, p_to timestamptz)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
    -- Yesterday's last interval may reach into today.
    v_day date := (p_from at time zone p_timezone)::date - 1;
    v_last constant date := (p_to at time zone p_timezone)::date;
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
    -- Most times lie in an interval that opens on their own day.
    if exists (select from private.opening_intervals(p_hours, p_timezone, v_day + 1) i
               where i.opens_at <= p_from and i.closes_at >= p_to) then
        return true;
    end if;
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
create or replace function private.check_appointment(
    p_business_id uuid, p_scheduled_at timestamptz, p_duration integer, p_exclude uuid)
returns text
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_terms record;
    v_ends_at timestamptz;
begin
    if p_business_id is null or p_scheduled_at is null or p_duration is null then
        return 'missing_argument';
    elsif not pg_catalog.isfinite(p_scheduled_at) then
        return 'invalid_time';
    elsif p_duration not between 1 and 1440 then
        return 'invalid_duration';
    end if;
    select t.* into v_terms from private.booking_terms(p_business_id) t;
    if not found then
        return 'unknown_business';
    elsif p_scheduled_at < pg_catalog.now() then
        return 'in_past';
    elsif p_scheduled_at < pg_catalog.now() + v_terms.min_notice * interval '1 minute' then
        return 'too_soon';
    elsif p_scheduled_at > pg_catalog.now() + v_terms.max_days_ahead * interval '24 hours' then
        return 'too_far_ahead';
    end if;
    v_ends_at := p_scheduled_at + p_duration * interval '1 minute';
    if not private.open_throughout(v_terms.hours, v_terms.timezone, p_scheduled_at, v_ends_at) then
        return 'outside_hours';
    elsif private.peak_load(p_business_id, p_scheduled_at - v_terms.buffer_before * interval '1 minute',
                            v_ends_at + v_terms.buffer_after * interval '1 minute', v_terms.longest_stay, p_exclude)
          >= v_terms.capacity then
        return 'fully_booked';
    end if;
    return 'ok';
end $$;

revoke all on function private.check_appointment(uuid, timestamptz, integer, uuid) from public;
grant execute on function private.check_appointment(uuid, timestamptz, integer, uuid)
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
    return query select s.* from private.free_slots(p_business_id, p_from, p_to, p_duration, p_step, p_limit) s;
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
            select pg_catalog.count(*) from private.free_slots(p_business_id, p_near - v_span, p_near, p_duration, null, p_limit));
    end loop;
    return query
        select s.*
        from (select e.* from private.free_slots(p_business_id, p_near - v_span, p_near, p_duration, null, 2147483647) e
              union all
              select l.* from private.free_slots(p_business_id, p_near, p_near + interval '31 days', p_duration, null, p_limit) l) s
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
    v_owner uuid;
    v_known record;
begin
    if p_business_id is null or p_scheduled_at is null or p_duration is null or pg_catalog.btrim(coalesce(p_customer_name, '')) = '' then
        outcome := 'missing_argument';
        return next;
        return;
    end if;
    select t.user_id into v_owner from private.booking_terms(p_business_id) t;
    if found then
        -- In the order of a plain insert, whose owner's trigger locks the business first: the other way round is a deadlock.
        perform from public.business_v2 b where b.id = p_business_id for share;
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
set search_path = ''
as $$
declare
    v_terms record;
    v_from timestamptz;
    v_to timestamptz;
    v_stay integer;
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

    if private.peak_load(new.business_id, v_from, v_to, v_stay, new.id) >= v_terms.capacity then
        raise exception 'business % takes % at a time, and is booked at %', new.business_id, v_terms.capacity,
                        pg_catalog.to_char(new.scheduled_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
            using errcode = 'exclusion_violation', constraint = 'appointments_no_double_booking',
                  schema = 'public', table = 'appointments', column = 'scheduled_at',
                  hint = 'Choose another time: nearest_slots offers some.';
    end if;
    new.slot_number := private.lowest_free_slot(new.business_id, v_from, v_to, v_stay, new.id);
    return new;
end $$;

revoke all on function private.place_appointment() from public;

drop function private.free_runs(uuid, timestamptz, timestamptz, integer, integer, integer);
drop view private.booking_terms;
