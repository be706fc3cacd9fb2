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
