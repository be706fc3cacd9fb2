-- BEFORE trigger on documents: the states of processing. pending → processing → completed | failed; failed, completed →
-- pending (retry, process again); processing → pending by rescue_documents alone. What leaves the trash is processed
-- again, since the KB Updater was told to forget it.
-- attempts, rescues, processing_started_at and processed_at are set here, whatever the statement says. attempts is the number
-- of the current attempt: 1 from the insert on, and one more each time that the document is queued again.
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
        new.processed_at := null;
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
        raise exception 'document % is %, it can''t become %', old.id, old.processing_status, new.processing_status
            using errcode = 'check_violation', constraint = 'document_status_transition',
                  schema = tg_table_schema, table = tg_table_name, column = 'processing_status',
                  hint = 'The states are pending, processing, then completed or failed; only these two can be queued again, as pending.';
    end if;
    new.attempts := old.attempts + 1;
    new.processing_started_at := null;
    new.processed_at := null;
    new.processing_error := null;
    return new;
end $$;

revoke all on function private.check_document() from public;

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
