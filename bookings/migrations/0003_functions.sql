-- One row for each business that ever took an appointment: what a check must know of all of them. Written by the trigger alone.
create table private.booking_diaries (
    business_id uuid primary key references public.business_v2 (id) on delete cascade,
    longest_stay integer not null,
    placed bigint not null
);
comment on table private.booking_diaries is
    'longest_stay: minutes, buffers included; placed: how many appointments got a place, so that a stale snapshot shows';
alter table private.booking_diaries enable row level security;
revoke all on private.booking_diaries from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.booking_diaries to console;
create policy booking_diaries_select_console on private.booking_diaries for select to console using (true);

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

-- The booking rules of each business that is not in the trash, with defaults filled in. Times are minutes.
-- longest_stay: the longest appointment ever placed there, with its buffers. It is a view so that it becomes
-- part of the query that reads it; a function would cost a call.
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

-- Return the lowest slot number that no confirmed appointment of a business uses between two times. It can
-- exceed the capacity: for a long stay beside short ones, each slot may be taken for a part of the time
-- although one is always free.
-- p_longest_stay: minutes. p_exclude: the appointment that is to move.
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

-- Lock the diary of a business until the end of the transaction, so that one writer at a time places
-- appointments. Readers don't wait for it.
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

-- Record in the diary that an appointment is placed in a business. Return the longest stay there so far.
-- p_stay: minutes of the appointment with its buffers.
-- Each transaction that places an appointment writes the same row, so one with an outdated snapshot fails
-- here. It writes only once for each transaction, unless a stay is longer: a row that is written for each of
-- thousands of appointments has as many dead versions to skip.
-- Errors: 40001, 23505 under REPEATABLE READ and SERIALIZABLE.
create or replace function private.write_diary(p_business_id uuid, p_stay integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    v_longest integer;
begin
    select d.longest_stay into v_longest
    from private.booking_diaries d
    where d.business_id = p_business_id and d.longest_stay >= p_stay and d.xmin = pg_catalog.pg_current_xact_id()::xid;
    if found then
        return v_longest;
    end if;
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

-- Check whether a business can take an appointment at a time. It never returns null and never raises.
-- p_duration: minutes.
-- p_exclude: the appointment that is to move to this time.
-- Returns ok, or the first reason that applies: missing_argument, invalid_time, invalid_duration,
-- unknown_business, in_past, too_soon, too_far_ahead, outside_hours, fully_booked. For a user, another
-- tenant's business is unknown_business.
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

-- Return true if check_appointment_time returns ok. It exists for clients of the original database. It never
-- returns null and never raises.
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

-- Format a time in a time zone with its offset: 2026-10-25T02:30+02:00. The offset distinguishes the two
-- hours that a change of clocks repeats. Settings of the session don't matter.
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

-- Check a time and book it in one step, so that no other caller can take it in between.
-- p_duration: minutes.
-- p_external_id: your id of the booking. The same id and time book once.
-- Returns one row: outcome and appointment_id. outcome is booked; already_booked (the same external id and
-- time: the existing appointment, however often it is sent); external_id_conflict (the same external id at
-- another time: send a second booking of one call as CAxxx:2); retry (a stricter isolation level saw an old
-- state: begin a new transaction); or a result of check_appointment_time.
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

-- Lock and return an appointment that the caller may change. A user may change only their own. One row or
-- none.
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

-- Move an appointment to another time. Its current time counts as free.
-- p_duration: minutes; null keeps the duration.
-- Returns one row: outcome and appointment_id. outcome is rescheduled; already_cancelled; not_confirmed
-- (completed or no-show); unknown_appointment; retry (see book_appointment); or a result of
-- check_appointment_time, if nothing was changed.
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

-- Cancel an appointment, which frees its time at once.
-- p_reason: is added to the notes.
-- Returns one row: appointment_id and outcome, which is cancelled, already_cancelled, not_confirmed or
-- unknown_appointment.
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

-- Do the work of appointments_above_capacity beyond the rights of the caller. A user can ask only about their
-- own business.
-- It walks over the appointments and, side by side, over the times at which there are too many.
create or replace function private.above_capacity(p_business_id uuid)
returns table (appointment_id uuid, scheduled_at timestamptz, duration integer)
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
    v_capacity integer;
    v_from timestamptz[];
    v_to timestamptz[];
    v_next integer := 1;
    v_row record;
begin
    select t.capacity into v_capacity
    from private.booking_terms t
    where t.business_id = p_business_id and (not v_is_user or t.user_id = v_user);
    if not found then
        return;
    end if;
    select pg_catalog.array_agg(s.at order by s.at), pg_catalog.array_agg(s.until order by s.at) into v_from, v_to
    from (select l.at, pg_catalog.lead(l.at) over (order by l.at) as until, l.load
          from (select b.at, pg_catalog.sum(pg_catalog.sum(b.change)) over (order by b.at) as load
                from public.appointments a cross join lateral (values (a.busy_from, 1), (a.busy_to, -1)) as b (at, change)
                where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null and a.busy_to > pg_catalog.now()
                group by b.at) l) s
    where s.load > v_capacity;
    if v_from is null then
        return;
    end if;
    for v_row in
        select a.id, a.scheduled_at, a.duration, a.busy_from, a.busy_to
        from public.appointments a
        where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null and a.busy_to > pg_catalog.now()
        order by a.busy_from, a.id
    loop
        while v_next <= pg_catalog.cardinality(v_to) and v_to[v_next] <= v_row.busy_from loop
            v_next := v_next + 1;
        end loop;
        exit when v_next > pg_catalog.cardinality(v_to);
        if v_from[v_next] < v_row.busy_to then
            appointment_id := v_row.id;
            scheduled_at := v_row.scheduled_at;
            duration := v_row.duration;
            return next;
        end if;
    end loop;
end $$;

revoke all on function private.above_capacity(uuid) from public;
grant execute on function private.above_capacity(uuid) to authenticated, service_role, console;

-- List the future confirmed appointments of a business that exceed its capacity, buffers included, in order
-- of time. They were restored with their business, or kept, after the capacity was lowered. No rows for an
-- unknown business or another tenant's business.
create or replace function public.appointments_above_capacity(p_business_id uuid)
returns table (appointment_id uuid, scheduled_at timestamptz, duration integer)
language plpgsql stable
set search_path = ''
as $$
begin
    return query select c.appointment_id, c.scheduled_at, c.duration from private.above_capacity(p_business_id) c;
end $$;

revoke all on function public.appointments_above_capacity(uuid) from public, anon, authenticated, service_role;
grant execute on function public.appointments_above_capacity(uuid) to authenticated, service_role, console;
