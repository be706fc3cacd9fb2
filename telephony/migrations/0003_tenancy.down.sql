drop trigger business_numbers_follow_business on public.business_v2;
alter table public.business_numbers drop constraint number_in_own_business;
alter table public.business_numbers add constraint business_numbers_business_id_fkey
    foreign key (business_id) references public.business_v2 (id) on delete set null;
