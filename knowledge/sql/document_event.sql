-- AFTER trigger on documents. It writes an event for a document whose processing was completed or failed.
-- SECURITY DEFINER: no role may write events.
create or replace function private.document_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into private.events (type, object_id, user_id, business_id, "row", row_before)
    values ('document.' || new.processing_status, new.id, new.user_id, new.business_id,
            pg_catalog.to_jsonb(new) - 'search', pg_catalog.to_jsonb(old) - 'search');
    return null;
end $$;

revoke all on function private.document_event() from public;
