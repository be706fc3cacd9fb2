alter table public.booking_rules drop constraint booking_rules_in_own_business;
drop trigger appointments_follow_business on public.business_v2;
alter table public.appointments drop constraint appointment_in_own_business;
alter table public.appointments add constraint appointments_business_id_fkey
    foreign key (business_id) references public.business_v2 (id) on delete cascade;
