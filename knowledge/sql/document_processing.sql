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
