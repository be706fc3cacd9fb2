-- BEFORE trigger on appointments. It gives a confirmed appointment the buffers of its business and the lowest
-- slot number that no other appointment has at the same time, or refuses it if the capacity is reached. It
-- acts only if the time, duration, status, business or deleted_at changes. Other updates keep the place, even
-- after the capacity was lowered.
-- An appointment that went to the trash with its business keeps its place, since no other appointment can be
-- made meanwhile. It is restored to that place with the business, even above a capacity that was lowered. In
-- that case a trigger restores it: pg_trigger_depth() distinguishes it from an appointment that is restored
-- alone, and no client can set that.
-- Staff with the permission may book above the capacity. The console then sets aira.above_capacity for its
-- transaction. No other role is heard, since any role can make a setting.
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
        v_load < 2 or private.peak_load(new.business_id, v_from, v_to, v_stay, new.id) >= v_terms.capacity)
       and not (private.caller() = 'console' and coalesce(pg_catalog.current_setting('aira.above_capacity', true), '') = 'on') then
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
