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
