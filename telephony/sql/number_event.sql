-- AFTER trigger on business_numbers. It writes an event: bought for a number that comes into use, released for
-- one that is moved to the trash.
-- SECURITY DEFINER: no role may write events.
create or replace function private.number_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into private.events (type, object_id, user_id, business_id, "row", row_before)
    values (case when new.deleted_at is null then 'number.bought' else 'number.released' end,
            new.id, new.user_id, new.business_id, pg_catalog.to_jsonb(new), pg_catalog.to_jsonb(old));
    return null;
end $$;

revoke all on function private.number_event() from public;
