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

drop function public.appointments_above_capacity(uuid);
drop function private.above_capacity(uuid);
