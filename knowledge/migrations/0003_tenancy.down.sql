drop trigger documents_follow_business on public.business_v2;
alter table public.documents drop constraint document_in_own_business;
alter table public.documents add constraint documents_business_id_fkey
    foreign key (business_id) references public.business_v2 (id) on delete cascade;
