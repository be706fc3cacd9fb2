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

-- The lowest slot number that no confirmed appointment of a business has between two times. It can exceed the capacity: a long
-- stay beside short ones may find each slot taken for a part of its time while there is always one free.
create or replace function private.lowest_free_slot(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_longest_stay integer, p_exclude uuid)
returns integer
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_taken integer[];
    v_slot integer := 1;
begin
    v_taken := array(
        select a.slot_number
        from public.appointments a
        where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
          and a.busy_from < p_to and a.busy_from > p_from - p_longest_stay * interval '1 minute' and a.busy_to > p_from
          and a.id is distinct from p_exclude);
    while v_slot = any(v_taken) loop
        v_slot := v_slot + 1;
    end loop;
    return v_slot;
end $$;

revoke all on function private.lowest_free_slot(uuid, timestamptz, timestamptz, integer, uuid) from public;

-- One writer at a time places appointments in a business; the lock ends with the transaction. Readers don't wait for it.
create or replace function private.lock_diary(p_business_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtext('private.booking_diaries'), pg_catalog.hashtext(p_business_id::text));
end $$;

revoke all on function private.lock_diary(uuid) from public;

-- Notes that an appointment is placed in a business, and for how long it stays (minutes, with its buffers); returns the longest
-- stay there ever was. Each placing writes the same row: a transaction whose snapshot is older than another one fails here.
-- Errors: 40001, 23505 under REPEATABLE READ and SERIALIZABLE.
create or replace function private.write_diary(p_business_id uuid, p_stay integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    v_longest integer;
begin
    update private.booking_diaries d
    set longest_stay = greatest(d.longest_stay, p_stay), placed = d.placed + 1
    where d.business_id = p_business_id
    returning d.longest_stay into v_longest;
    if not found then
        insert into private.booking_diaries (business_id, longest_stay, placed) values (p_business_id, p_stay, 1);
        return p_stay;
    end if;
    return v_longest;
end $$;

revoke all on function private.write_diary(uuid, integer) from public;

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

-- Whether a business takes an appointment at a time: ok, or the first that applies of missing_argument, invalid_time,
-- invalid_duration, unknown_business, in_past, too_soon, too_far_ahead, outside_hours, fully_booked. Never null, never raises.
-- p_duration: minutes. p_exclude: an appointment that is to move there. To a user, another tenant's business is unknown_business.
create or replace function public.check_appointment_time(
    p_business_id uuid, p_scheduled_at timestamptz, p_duration integer default 60, p_exclude uuid default null)
returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return private.check_appointment(p_business_id, p_scheduled_at, p_duration, p_exclude);
end $$;

revoke all on function public.check_appointment_time(uuid, timestamptz, integer, uuid)
    from public, anon, authenticated, service_role;
grant execute on function public.check_appointment_time(uuid, timestamptz, integer, uuid)
    to authenticated, voice_agent, service_role, console;

-- The original design's question: true when check_appointment_time says ok. Never null, never raises.
create or replace function public.validate_appointment_time(p_business_id uuid, p_scheduled_at timestamptz, p_duration integer)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
    return private.check_appointment(p_business_id, p_scheduled_at, p_duration, null) = 'ok';
end $$;

revoke all on function public.validate_appointment_time(uuid, timestamptz, integer) from public, anon, authenticated, service_role;
grant execute on function public.validate_appointment_time(uuid, timestamptz, integer)
    to authenticated, voice_agent, service_role, console;

-- A time as a person in a zone reads it, with its offset: 2026-10-25T02:30+02:00. The hour that a change of clocks repeats is
-- told apart by that; the session's settings don't matter.
create or replace function private.local_text(p_at timestamptz, p_timezone text)
returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_local constant timestamp := p_at at time zone p_timezone;
    v_offset constant interval := v_local - (p_at at time zone 'UTC');
begin
    return pg_catalog.to_char(v_local, 'YYYY-MM-DD"T"HH24:MI')
        || case when v_offset < interval '0' then '-' else '+' end
        || pg_catalog.to_char(greatest(v_offset, -v_offset), 'HH24:MI');
end $$;

revoke all on function private.local_text(timestamptz, text) from public;

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

-- Checks and books in one: nobody comes between. One row: outcome and appointment_id.
-- outcome: booked; already_booked (the same external id and time: the same row, however often it is sent);
-- external_id_conflict (the same external id at another time: send a second booking of one call as CAxxx:2); retry (a stricter
-- isolation level saw an old state: begin a new transaction); or what check_appointment_time says.
-- p_duration: minutes.
create or replace function public.book_appointment(
    p_business_id uuid, p_scheduled_at timestamptz, p_customer_name text, p_duration integer default 60,
    p_customer_phone text default null, p_customer_email text default null,
    p_source public.appointment_source default 'manual', p_external_id text default null,
    p_service_type text default null, p_notes text default null)
returns table (outcome text, appointment_id uuid)
language plpgsql
set search_path = ''
as $$
begin
    if pg_catalog.current_setting('transaction_isolation') = 'read committed' then
        return query select b.* from private.book(p_business_id, p_scheduled_at, p_customer_name, p_duration, p_customer_phone,
            p_customer_email, p_source, p_external_id, p_service_type, p_notes) b;
        return;
    end if;
    begin
        return query select b.* from private.book(p_business_id, p_scheduled_at, p_customer_name, p_duration, p_customer_phone,
            p_customer_email, p_source, p_external_id, p_service_type, p_notes) b;
    exception
        when exclusion_violation or unique_violation or serialization_failure then
            outcome := 'retry';
            return next;
    end;
end $$;

revoke all on function public.book_appointment(uuid, timestamptz, text, integer, text, text, public.appointment_source, text, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.book_appointment(uuid, timestamptz, text, integer, text, text, public.appointment_source, text, text, text)
    to authenticated, voice_agent, service_role, console;

-- An appointment that the caller may change, locked; to a user only their own. One row or none.
create or replace function private.own_appointment(p_appointment_id uuid)
returns setof public.appointments
language plpgsql
set search_path = ''
as $$
begin
    return query
        select a.* from public.appointments a
        where a.id = p_appointment_id and a.deleted_at is null
          and (private.caller() <> 'authenticated' or a.user_id = private.uid())
        for update;
end $$;

revoke all on function private.own_appointment(uuid) from public;

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

-- Moves an appointment to another time; the one it has counts as free. One row: outcome and appointment_id.
-- outcome: rescheduled; already_cancelled; not_confirmed (it took place, or nobody came); unknown_appointment; retry (as
-- book_appointment); or what check_appointment_time says, and nothing is changed. p_duration: minutes; null keeps it.
create or replace function public.reschedule_appointment(
    p_appointment_id uuid, p_scheduled_at timestamptz, p_duration integer default null)
returns table (outcome text, appointment_id uuid)
language plpgsql
set search_path = ''
as $$
begin
    if pg_catalog.current_setting('transaction_isolation') = 'read committed' then
        return query select r.* from private.reschedule(p_appointment_id, p_scheduled_at, p_duration) r;
        return;
    end if;
    begin
        return query select r.* from private.reschedule(p_appointment_id, p_scheduled_at, p_duration) r;
    exception
        when exclusion_violation or serialization_failure then
            outcome := 'retry';
            appointment_id := p_appointment_id;
            return next;
    end;
end $$;

revoke all on function public.reschedule_appointment(uuid, timestamptz, integer) from public, anon, authenticated, service_role;
grant execute on function public.reschedule_appointment(uuid, timestamptz, integer)
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
        set status = 'cancelled', notes = pg_catalog.concat_ws(E'\n', a.notes, 'Cancelled: ' || nullif(pg_catalog.btrim(p_reason), ''))
        where a.id = v_row.id;
    end if;
    return next;
end $$;

revoke all on function private.cancel(uuid, text) from public;
grant execute on function private.cancel(uuid, text) to authenticated, voice_agent, service_role, console;

-- Cancels an appointment; its time is free at once. One row: outcome (cancelled, already_cancelled, not_confirmed,
-- unknown_appointment) and appointment_id. p_reason is added to the notes.
create or replace function public.cancel_appointment(p_appointment_id uuid, p_reason text default null)
returns table (outcome text, appointment_id uuid)
language plpgsql
set search_path = ''
as $$
begin
    return query select c.* from private.cancel(p_appointment_id, p_reason) c;
end $$;

revoke all on function public.cancel_appointment(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.cancel_appointment(uuid, text) to authenticated, voice_agent, service_role, console;
