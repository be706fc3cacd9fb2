-- List the future confirmed appointments of a business that exceed its capacity, buffers included, in order
-- of time. They were restored with their business, or kept, after the capacity was lowered. No rows for an
-- unknown business or another tenant's business.
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
