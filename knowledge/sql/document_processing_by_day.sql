-- A user's own rows of analytics.document_processing, where the columns are explained; refreshed_at: what they are as of.
-- SECURITY DEFINER: a materialized view has no row security, so users hold no right on it.
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

-- Processing of the caller's documents by day; the trash does not count.
--   day: of UTC
--   uploaded: documents that were created that day
--   completed: documents whose last processing ended well that day
--   failed: documents whose last processing failed that day
--   median_seconds: of processing, from its start to its end
--   p95_seconds: what 95 of 100 took at most
--   refreshed_at: what the figures are as of
create or replace view public.document_processing_by_day with (security_invoker = true) as
    select d.day, d.uploaded, d.completed, d.failed, d.median_seconds, d.p95_seconds, d.refreshed_at
    from private.own_document_processing_by_day() d;
revoke all on public.document_processing_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.document_processing_by_day to authenticated, console;
