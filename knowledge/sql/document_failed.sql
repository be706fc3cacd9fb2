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
