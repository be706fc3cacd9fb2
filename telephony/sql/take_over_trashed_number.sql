-- BEFORE INSERT trigger on business_numbers: a number in the trash gives way to a new one with the same phone number or
-- Twilio sid (released by one tenant, bought by another). The uniques stay full, so that upserts work.
-- SECURITY DEFINER: the trashed row may be another tenant's.
create or replace function private.take_over_trashed_number()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    delete from public.business_numbers n
    where n.deleted_at is not null
      and (n.phone_number = new.phone_number or n.twilio_sid = new.twilio_sid);
    return new;
end $$;

revoke all on function private.take_over_trashed_number() from public;
