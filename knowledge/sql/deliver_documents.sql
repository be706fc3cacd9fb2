-- AFTER trigger on documents, by statement: writes what the KB Updater must hear, in the writer's own transaction.
-- INSERT: process this document; it was uploaded, queued again or restored. DELETE: forget it; it was trashed or purged.
-- One insert, without NOTIFY (an instance-wide lock at commit) or network: no receiver can fail or slow the upload.
-- No nested loops: a session plans these once, by its first statement, and one planned for one row would meet many by their square.
-- SECURITY DEFINER: whoever may write a document needs no right on deliveries.
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
