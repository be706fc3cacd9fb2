-- title: Stuck documents
-- why: A business waits for its Voice Agent to know something.
-- hint: Is the KB Updater up, and the worker? The worker rescues what was processing for 30 minutes, three times.
-- unit: min
-- warn: 35
-- critical: 240
select d.id::text, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - d.since) / 60)::numeric(12,0), pg_catalog.format('%s since %s', d.processing_status, d.since)
from (
    -- processing_started_at is null of what was processing when its database was adopted.
    select id, processing_status, case processing_status when 'processing' then coalesce(processing_started_at, updated_at) else updated_at end as since
    from public.documents where processing_status in ('processing', 'pending') and deleted_at is null
) d
where d.processing_status = 'processing' or d.since < pg_catalog.now() - interval '1 hour'
order by d.since limit 20
