alter table public.documents drop column user_id;
