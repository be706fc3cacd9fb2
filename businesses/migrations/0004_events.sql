-- AFTER trigger on business_v2. It writes an event: created, updated, trashed or restored. A change in the trash
-- has none, and neither has an update that changes nothing.
-- SECURITY DEFINER: no role may write events.
create or replace function private.business_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    -- One statement decides and writes, since PL/pgSQL prepares each expression anew in every transaction.
    insert into private.events (type, object_id, user_id, business_id, "row", row_before)
    select case when b.before is null then 'business.created'
                when old.deleted_at is null and new.deleted_at is not null then 'business.trashed'
                when old.deleted_at is not null then 'business.restored'
                else 'business.updated' end,
           new.id, new.user_id, new.id, b.after, b.before
    from (select pg_catalog.to_jsonb(new) - 'search' as after, pg_catalog.to_jsonb(old) - 'search' as before) b
    where b.before is null
       or ((new.deleted_at is null or old.deleted_at is null) and b.after - 'updated_at' <> b.before - 'updated_at');
    return null;
end $$;

revoke all on function private.business_event() from public;
