-- metric: aira_delivery_overdue_seconds
-- help: Seconds for which the oldest due webhook has been due
-- labels: endpoint
select d.endpoint, greatest(0, extract(epoch from pg_catalog.now() - min(d.next_attempt_at)))
from private.webhook_deliveries d where d.next_attempt_at is not null
group by 1
