-- BEFORE trigger on documents: the states of processing. pending → processing → completed | failed; failed, completed →
-- pending (retry, process again); processing → pending by rescue_documents alone. What leaves the trash is processed
-- again, since the KB Updater was told to forget it.
-- attempts, rescues and processing_started_at are set here, whatever the statement says. attempts is the number of the
-- current attempt: 1 from the insert on, and one more each time that the document is queued again.
-- SECURITY INVOKER: current_user tells the rescue, which runs as the owner of the table.
-- Errors: 23514 document_status_transition, document_id_stays.
create or replace function private.check_document()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_move text;
begin
    if tg_op = 'INSERT' then
        new.attempts := 1;
        new.rescues := 0;
        new.processing_started_at := case when new.processing_status = 'processing' then pg_catalog.now() end;
        return new;
    end if;
    if new.id <> old.id then
        raise exception 'document % can''t become %', old.id, new.id
            using errcode = 'check_violation', constraint = 'document_id_stays',
                  schema = tg_table_schema, table = tg_table_name, column = 'id',
                  hint = 'The KB Updater knows it by its id: insert a new document, and delete this one.';
    end if;
    new.attempts := old.attempts;
    new.rescues := old.rescues;
    new.processing_started_at := old.processing_started_at;
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
        return new;
    elsif v_move in ('failed-pending', 'completed-pending', 'restored') then
        new.rescues := 0;
    elsif v_move = 'processing-pending' and current_user = (
            select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid) then
        new.rescues := old.rescues + 1;
    else
        raise exception 'document % is %, it can''t become %', old.id, old.processing_status, new.processing_status
            using errcode = 'check_violation', constraint = 'document_status_transition',
                  schema = tg_table_schema, table = tg_table_name, column = 'processing_status',
                  hint = 'The states are pending, processing, then completed or failed; only these two can be queued again, as pending.';
    end if;
    new.attempts := old.attempts + 1;
    new.processing_started_at := null;
    new.processing_error := null;
    return new;
end $$;

revoke all on function private.check_document() from public;

-- AFTER trigger on documents, by statement: writes what the KB Updater must hear, in the writer's own transaction.
-- INSERT: process this document; it was uploaded, queued again or restored. DELETE: forget it; it was trashed or purged.
-- One insert, without NOTIFY (an instance-wide lock at commit) or network: no receiver can fail or slow the upload.
-- SECURITY DEFINER: whoever may write a document needs no right on deliveries.
create or replace function private.deliver_documents()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'INSERT', 'documents', n.id, n.user_id,
               private.webhook_body('INSERT', 'documents', pg_catalog.to_jsonb(n), null)
        from new_rows n where n.processing_status = 'pending' and n.deleted_at is null;
    elsif tg_op = 'UPDATE' then
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'INSERT', 'documents', n.id, n.user_id,
               private.webhook_body('INSERT', 'documents', pg_catalog.to_jsonb(n), null)
        from new_rows n join old_rows o on o.id = n.id
        where n.attempts > o.attempts and n.deleted_at is null
        union all
        select 'kb_updater', 'DELETE', 'documents', o.id, o.user_id,
               private.webhook_body('DELETE', 'documents', null, pg_catalog.to_jsonb(o))
        from new_rows n join old_rows o on o.id = n.id
        where n.deleted_at is not null and o.deleted_at is null;
    else
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'DELETE', 'documents', o.id, o.user_id,
               private.webhook_body('DELETE', 'documents', null, pg_catalog.to_jsonb(o))
        from old_rows o;
    end if;
    return null;
end $$;

revoke all on function private.deliver_documents() from public;

-- Queues documents again that have been in processing for longer than p_stuck: whoever took them up died. A document
-- that was rescued three times fails. Returns what was done.
-- SECURITY DEFINER: processing → pending is the table owner's alone (see check_document).
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
            'Processing was begun four times and never ended. The file may be one that the KB Updater can''t read.' end
    where d.processing_status = 'processing' and d.deleted_at is null
      and coalesce(d.processing_started_at, d.updated_at) < pg_catalog.now() - p_stuck
    returning d.id, d.processing_status;
end $$;

revoke all on function private.rescue_documents(interval) from public;
grant execute on function private.rescue_documents(interval) to console;

-- What a callback of the KB Updater answers: the document's status, or why the call changed nothing: stale_attempt (the
-- document was queued again since), unknown_document (not there, or in the trash: forget what was made of it).
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

-- The KB Updater takes a document up. p_attempt: `record.attempts` of the delivery.
-- Answers processing: go on; anything else: leave it (completed, failed, stale_attempt, unknown_document).
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

-- The KB Updater is done with a document; p_attempt as in document_started, which is implied.
-- Answers completed; anything else: nothing was changed (failed, stale_attempt, unknown_document).
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

-- The KB Updater gives a document up; p_attempt as in document_started, which is implied.
-- Answers failed; anything else: nothing was changed (completed, stale_attempt, unknown_document).
create or replace function public.document_failed(p_document_id uuid, p_attempt integer, p_error text)
returns text
language plpgsql
set search_path = ''
as $$
begin
    perform public.document_started(p_document_id, p_attempt);
    update public.documents d
    set processing_status = 'failed',
        processing_error = coalesce(nullif(pg_catalog.btrim(p_error), ''), 'The KB Updater gave no reason.')
    where d.id = p_document_id and d.attempts = p_attempt and d.processing_status = 'processing'
      and d.deleted_at is null;
    return private.document_state(p_document_id, p_attempt);
end $$;

revoke all on function public.document_failed(uuid, integer, text) from public, anon, authenticated;
grant execute on function public.document_failed(uuid, integer, text) to kb_updater, service_role, console;
