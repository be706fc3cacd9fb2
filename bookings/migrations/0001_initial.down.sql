drop table public.appointments;
drop type public.appointment_source;
drop type public.appointment_status;
