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
