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
