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
