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
