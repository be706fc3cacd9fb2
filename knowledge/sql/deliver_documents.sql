-- AFTER trigger on documents, for each statement. It writes the webhooks for the KB Updater in the writer's
-- own transaction.
-- INSERT: process this document, because it was uploaded, queued again or restored. DELETE: forget it,
-- because it was moved to the trash or purged.
-- It does one insert, without NOTIFY (which locks the whole server at commit) and without network: no
-- receiver can fail or slow an upload.
-- It avoids nested loops: a session plans these statements once, for its first statement. A plan for one row
-- would take quadratic time for many.
-- SECURITY DEFINER: roles that write documents need no right on deliveries.
create or replace function private.deliver_documents()
returns trigger
language plpgsql security definer
set search_path = '' set enable_nestloop = off
as $$
begin
    if tg_op = 'INSERT' then
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'INSERT', 'documents', n.id, n.user_id,
               private.webhook_body('INSERT', 'documents', pg_catalog.to_jsonb(n) - 'search', null)
        from new_rows n where n.processing_status = 'pending' and n.deleted_at is null;
    elsif tg_op = 'UPDATE' then
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'INSERT', 'documents', n.id, n.user_id,
               private.webhook_body('INSERT', 'documents', pg_catalog.to_jsonb(n) - 'search', null)
        from new_rows n join old_rows o on o.id = n.id
        where n.attempts > o.attempts and n.deleted_at is null
        union all
        select 'kb_updater', 'DELETE', 'documents', o.id, o.user_id,
               private.webhook_body('DELETE', 'documents', null, pg_catalog.to_jsonb(o) - 'search')
        from new_rows n join old_rows o on o.id = n.id
        where n.deleted_at is not null and o.deleted_at is null;
    else
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'DELETE', 'documents', o.id, o.user_id,
               private.webhook_body('DELETE', 'documents', null, pg_catalog.to_jsonb(o) - 'search')
        from old_rows o;
    end if;
    return null;
end $$;

revoke all on function private.deliver_documents() from public;
