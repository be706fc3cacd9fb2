-- title: Processing of documents
-- view: document_processing
-- note: Days are in UTC. Completed and failed count on the day on which processing ended. The times are from its start to its end.
select d.day, d.uploaded, d.completed, d.failed, d.median_seconds, d.p95_seconds
from analytics.document_processing d
where d.user_id is null
  and d.day > (now() at time zone 'UTC')::date - %(days)s and d.day <= (now() at time zone 'UTC')::date
order by d.day desc
