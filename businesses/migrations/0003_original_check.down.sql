alter table public.business_v2
    add constraint business_v2_business_type_check check (business_type in ('restaurant', 'retail', 'service'));
