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
