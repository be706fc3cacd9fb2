alter table public.business_numbers
    add constraint business_numbers_check check (user_id is not null or business_id is not null);
