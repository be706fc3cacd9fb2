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
