-- Lock the diary of a business until the end of the transaction, so that one writer at a time places
-- appointments. Readers don't wait for it.
create or replace function private.lock_diary(p_business_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtext('private.booking_diaries'), pg_catalog.hashtext(p_business_id::text));
end $$;

revoke all on function private.lock_diary(uuid) from public;
