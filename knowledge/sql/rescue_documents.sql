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
