-- Confirmed appointments to come that are there at the same time as more others than the business takes, its buffers included: those that came
-- back with their business, or stayed, after its capacity was lowered. In order. No rows for an unknown business, or another tenant's.
create or replace function public.appointments_above_capacity(p_business_id uuid)
returns table (appointment_id uuid, scheduled_at timestamptz, duration integer)
language plpgsql stable
set search_path = ''
as $$
begin
    return query select c.appointment_id, c.scheduled_at, c.duration from private.above_capacity(p_business_id) c;
end $$;

revoke all on function public.appointments_above_capacity(uuid) from public, anon, authenticated, service_role;
grant execute on function public.appointments_above_capacity(uuid) to authenticated, service_role, console;
