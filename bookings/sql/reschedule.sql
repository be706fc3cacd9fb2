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
