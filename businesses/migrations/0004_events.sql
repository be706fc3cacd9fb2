-- AFTER trigger on business_v2. It writes an event: created, updated, trashed or restored. A
-- change in the trash has none.
-- SECURITY DEFINER: no role may write events.
create or replace function private.business_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if new.deleted_at is not null and old.deleted_at is not null then
        return null;
    end if;
    insert into private.events (type, object_id, user_id, business_id, "row", row_before)
    values (
        case when tg_op = 'INSERT' then 'business.created'
             when old.deleted_at is null and new.deleted_at is not null then 'business.trashed'
             when old.deleted_at is not null then 'business.restored'
             else 'business.updated' end,
        new.id, new.user_id, new.id, pg_catalog.to_jsonb(new) - 'search', pg_catalog.to_jsonb(old) - 'search');
    return null;
end $$;

revoke all on function private.business_event() from public;
