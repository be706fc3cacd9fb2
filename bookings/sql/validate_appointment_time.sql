-- The original design's question: true when check_appointment_time says ok. Never null, never raises.
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
