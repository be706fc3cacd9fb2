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
