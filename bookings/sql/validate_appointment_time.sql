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
