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
