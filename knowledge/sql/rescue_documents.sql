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
