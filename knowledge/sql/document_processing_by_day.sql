-- Return the caller's rows of analytics.document_processing, which explains the columns. refreshed_at: when
-- the figures were computed.
-- SECURITY DEFINER: materialized views have no row security, so users have no right on them.
create or replace function private.own_document_processing_by_day()
returns table (day date, uploaded bigint, completed bigint, failed bigint, median_seconds numeric, p95_seconds numeric,
               refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select d.day, d.uploaded, d.completed, d.failed, d.median_seconds, d.p95_seconds, r.refreshed_at
        from analytics.document_processing d
        left join private.analytics_refreshes r on r.view_name = 'document_processing'
        where d.user_id = private.uid();
end $$;

revoke all on function private.own_document_processing_by_day() from public;
grant execute on function private.own_document_processing_by_day() to authenticated, console;

-- Processing of the caller's documents by day, without the trash.
--   day: the day, in UTC
--   uploaded: documents that were created on that day
--   completed: documents whose last processing was completed on that day
--   failed: documents whose last processing failed on that day
--   median_seconds: median time from start to end of processing
--   p95_seconds: the time within which 95 % of the documents were processed
--   refreshed_at: when the figures were computed
create or replace view public.document_processing_by_day with (security_invoker = true) as
    select d.day, d.uploaded, d.completed, d.failed, d.median_seconds, d.p95_seconds, d.refreshed_at
    from private.own_document_processing_by_day() d;
revoke all on public.document_processing_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.document_processing_by_day to authenticated, console;
