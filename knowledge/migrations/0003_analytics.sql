-- Processing of documents by account and day (UTC), without the trash. Rows with a null user_id cover all
-- accounts together, since percentiles can't be added.
--   uploaded           documents created on that day
--   completed, failed  documents whose last processing ended on that day
--   median_seconds, p95_seconds  time from its start to its end. It is unknown if start and end were reported
--     in one transaction: a KB Updater that reports completed without started.
drop materialized view if exists analytics.document_processing;
create materialized view analytics.document_processing as
select e.user_id, e.day,
       count(*) filter (where e.event = 'uploaded') as uploaded,
       count(*) filter (where e.event = 'completed') as completed,
       count(*) filter (where e.event = 'failed') as failed,
       round(percentile_cont(0.5) within group (order by e.seconds)::numeric, 3) as median_seconds,
       round(percentile_cont(0.95) within group (order by e.seconds)::numeric, 3) as p95_seconds
from (
    select d.user_id, (d.created_at at time zone 'UTC')::date as day, 'uploaded' as event, null::double precision as seconds
    from public.documents d where d.deleted_at is null
    union all
    select d.user_id, (d.processed_at at time zone 'UTC')::date, d.processing_status::text,
           extract(epoch from nullif(d.processed_at - d.processing_started_at, interval '0'))::double precision
    from public.documents d where d.deleted_at is null and d.processed_at is not null) e
group by grouping sets ((e.user_id, e.day), (e.day));

-- Read by REFRESH CONCURRENTLY and by the view of an account's own rows.
create unique index document_processing_key on analytics.document_processing (user_id, day) nulls not distinct;

revoke all on analytics.document_processing from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.document_processing to console;

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
