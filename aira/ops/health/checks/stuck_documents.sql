-- title: Stuck documents
-- why: A business waits until its Voice Agent knows the document.
-- hint: Check that the KB Updater and the worker run. The worker queues a document again that has been processing for 30 minutes, up to three times.
-- unit: min
-- warn: 35
-- critical: 240
select d.id::text, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - d.since) / 60)::numeric(12,0), pg_catalog.format('%s since %s', d.processing_status, d.since)
from (
    -- Documents that were processing when the database was adopted have no processing_started_at.
    select id, processing_status, case processing_status when 'processing' then coalesce(processing_started_at, updated_at) else updated_at end as since
    from public.documents where processing_status in ('processing', 'pending') and deleted_at is null
) d
where d.processing_status = 'processing' or d.since < pg_catalog.now() - interval '1 hour'
order by d.since limit 20
