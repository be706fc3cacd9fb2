-- Each row carries its owner, so that row security needs no join.
alter table public.appointments add column user_id uuid;
update public.appointments c set user_id = b.user_id from public.business_v2 b where b.id = c.business_id;
alter table public.appointments alter column user_id set not null;
