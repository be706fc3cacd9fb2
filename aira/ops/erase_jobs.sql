-- Remove all files, since it is unknown whose rows a file holds. A running export
-- begins again, without the erased rows. Its worker loses it, since the attempt is another one.
delete from console.export_chunks;
delete from console.api_job_items i using console.api_jobs j where j.id = i.job_id and j.finished_at is not null;
update console.api_jobs j set request = null, result = null, problem = null, after = null, removed_at = now()
where j.finished_at is not null and j.removed_at is null;
update console.api_jobs j set after = null, done = 0, seen_at = null, attempt = j.attempt + 1
where j.finished_at is null and j.kind = 'export';
