-- BEFORE trigger on documents. It enforces the states of processing: pending → processing → completed |
-- failed; failed, completed → pending (retry, process again); processing → pending only by rescue_documents.
-- A restored document is processed again, because the KB Updater was told to forget it.
-- It sets attempts, rescues, processing_started_at and processed_at, whatever the statement says. attempts is
-- the number of the current attempt: 1 from the insert on, and one more each time the document is queued
-- again.
-- The path of a user's upload begins with the id of their business, because the KB Updater opens the file
-- with a key that can open every tenant's files.
-- SECURITY INVOKER: current_user identifies the rescue, which runs as the owner of the table.
-- Errors: 23514 document_status_transition, document_id_stays, document_path_in_business.
create or replace function private.check_document()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_move text;
begin
    if (tg_op = 'INSERT' or (new.file_path, new.business_id) is distinct from (old.file_path, old.business_id))
       and not pg_catalog.starts_with(new.file_path, new.business_id::text || '/')
       and private.caller() in ('authenticated', 'anon') then
        raise exception 'the path "%" is not in the folder of the business', pg_catalog.left(new.file_path, 200)
            using errcode = 'check_violation', constraint = 'document_path_in_business',
                  schema = tg_table_schema, table = tg_table_name, column = 'file_path',
                  hint = 'Begin the path with the id of the business, such as ' || new.business_id::text || '/menu.pdf.';
    end if;
    if tg_op = 'INSERT' then
        new.attempts := 1;
        new.rescues := 0;
        new.processing_started_at := case when new.processing_status = 'processing' then pg_catalog.now() end;
        new.processed_at := null;
        return new;
    end if;
    if new.id <> old.id then
        raise exception 'the id of document % can''t be changed to %', old.id, new.id
            using errcode = 'check_violation', constraint = 'document_id_stays',
                  schema = tg_table_schema, table = tg_table_name, column = 'id',
                  hint = 'The KB Updater knows the document by its id. Insert a new document and delete this one.';
    end if;
    new.attempts := old.attempts;
    new.rescues := old.rescues;
    new.processing_started_at := old.processing_started_at;
    new.processed_at := old.processed_at;
    if old.deleted_at is not null and new.deleted_at is null then
        new.processing_status := 'pending';
        new.vector_db_id := null;
        new.chunk_count := 0;
        v_move := 'restored';
    elsif new.processing_status is not distinct from old.processing_status then
        return new;
    else
        v_move := pg_catalog.concat_ws('-', old.processing_status, new.processing_status);
    end if;

    if v_move = 'pending-processing' then
        new.processing_started_at := pg_catalog.now();
        return new;
    elsif v_move in ('processing-completed', 'processing-failed') then
        new.processing_error := case when new.processing_status = 'failed' then new.processing_error end;
        new.processed_at := pg_catalog.now();
        return new;
    elsif v_move in ('failed-pending', 'completed-pending', 'restored') then
        new.rescues := 0;
    elsif v_move = 'processing-pending' and current_user = (
            select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid) then
        new.rescues := old.rescues + 1;
    else
        raise exception 'document % is %, so it can''t become %', old.id, old.processing_status, new.processing_status
            using errcode = 'check_violation', constraint = 'document_status_transition',
                  schema = tg_table_schema, table = tg_table_name, column = 'processing_status',
                  hint = 'A document goes from pending to processing, then to completed or failed. Set a completed or failed one to pending to process it again.';
    end if;
    new.attempts := old.attempts + 1;
    new.processing_started_at := null;
    new.processed_at := null;
    new.processing_error := null;
    return new;
end $$;

revoke all on function private.check_document() from public;

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

-- Queue documents again that have been processing for longer than p_stuck, because the process that took them
-- up died. A document that was rescued three times fails. Return each document and its new status.
-- SECURITY DEFINER: only the owner of the table may set processing to pending (see check_document).
create or replace function private.rescue_documents(p_stuck interval default '30 minutes')
returns table (document_id uuid, outcome public.processing_status)
language plpgsql security definer
set search_path = ''
as $$
begin
    return query
    update public.documents d
    set processing_status = case when d.rescues < 3 then 'pending' else 'failed' end::public.processing_status,
        processing_error = case when d.rescues >= 3 then
            'Processing started four times and never ended. The KB Updater may not be able to read this file.' end
    where d.processing_status = 'processing' and d.deleted_at is null
      and coalesce(d.processing_started_at, d.updated_at) < pg_catalog.now() - p_stuck
    returning d.id, d.processing_status;
end $$;

revoke all on function private.rescue_documents(interval) from public;
grant execute on function private.rescue_documents(interval) to console;

-- Return the result of a callback of the KB Updater: the document's status, or why the call changed nothing.
-- stale_attempt: the document was queued again since. unknown_document: it does not exist or is in the trash,
-- so forget what was made of it.
create or replace function private.document_state(p_document_id uuid, p_attempt integer)
returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return coalesce((
        select case when d.attempts is distinct from p_attempt then 'stale_attempt' else d.processing_status::text end
        from public.documents d where d.id = p_document_id and d.deleted_at is null), 'unknown_document');
end $$;

revoke all on function private.document_state(uuid, integer) from public;
grant execute on function private.document_state(uuid, integer) to kb_updater, service_role, console;

-- Report that the KB Updater begins to process a document.
-- p_attempt: `record.attempts` of the delivery.
-- Returns processing: continue. Any other result means: skip the document (completed, failed, stale_attempt
-- or unknown_document).
create or replace function public.document_started(p_document_id uuid, p_attempt integer)
returns text
language plpgsql
set search_path = ''
as $$
begin
    update public.documents d set processing_status = 'processing'
    where d.id = p_document_id and d.attempts = p_attempt and d.processing_status = 'pending' and d.deleted_at is null;
    return private.document_state(p_document_id, p_attempt);
end $$;

revoke all on function public.document_started(uuid, integer) from public, anon, authenticated;
grant execute on function public.document_started(uuid, integer) to kb_updater, service_role, console;

-- Report that the KB Updater has processed a document. It includes document_started.
-- p_attempt: see document_started.
-- p_chunk_count: the number of chunks; null counts as 0.
-- Returns completed. Any other result means that nothing was changed: failed, stale_attempt or
-- unknown_document.
-- Errors: 23514 document_chunks_not_negative.
create or replace function public.document_completed(
    p_document_id uuid, p_attempt integer, p_vector_db_id text, p_chunk_count integer)
returns text
language plpgsql
set search_path = ''
as $$
begin
    perform public.document_started(p_document_id, p_attempt);
    update public.documents d
    set processing_status = 'completed', vector_db_id = p_vector_db_id, chunk_count = coalesce(p_chunk_count, 0)
    where d.id = p_document_id and d.attempts = p_attempt and d.processing_status = 'processing'
      and d.deleted_at is null;
    return private.document_state(p_document_id, p_attempt);
end $$;

revoke all on function public.document_completed(uuid, integer, text, integer) from public, anon, authenticated;
grant execute on function public.document_completed(uuid, integer, text, integer) to kb_updater, service_role, console;

-- Report that the KB Updater could not process a document. It includes document_started.
-- p_attempt: see document_started.
-- p_error: the reason; its first 10,000 characters are kept.
-- Returns failed. Any other result means that nothing was changed: completed, stale_attempt or
-- unknown_document.
create or replace function public.document_failed(p_document_id uuid, p_attempt integer, p_error text)
returns text
language plpgsql
set search_path = ''
as $$
begin
    perform public.document_started(p_document_id, p_attempt);
    update public.documents d
    set processing_status = 'failed',
        processing_error = coalesce(nullif(pg_catalog.left(pg_catalog.btrim(p_error), 10000), ''), 'The KB Updater gave no reason.')
    where d.id = p_document_id and d.attempts = p_attempt and d.processing_status = 'processing'
      and d.deleted_at is null;
    return private.document_state(p_document_id, p_attempt);
end $$;

revoke all on function public.document_failed(uuid, integer, text) from public, anon, authenticated;
grant execute on function public.document_failed(uuid, integer, text) to kb_updater, service_role, console;
