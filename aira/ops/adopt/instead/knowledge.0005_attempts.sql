-- As the migration, but nobody changed these documents: updated_at stays.
alter table public.documents disable trigger user;
update public.documents set attempts = 1 where attempts = 0;
alter table public.documents enable trigger user;
