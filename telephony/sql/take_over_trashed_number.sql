-- BEFORE INSERT trigger on business_numbers. It deletes a number in the trash that has the same phone number
-- or Twilio sid as the new one: one tenant released it and another bought it. The unique constraints include
-- the trash, so that upserts work.
-- SECURITY DEFINER: the row in the trash may belong to another tenant.
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
