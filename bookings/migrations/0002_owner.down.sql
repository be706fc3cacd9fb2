alter table public.appointments drop column user_id;
