-- metric: aira_deliveries
-- help: Webhooks that are not delivered. Late ones have been due for more than a minute. Dead ones are not tried again
-- labels: endpoint state
select d.endpoint, case when d.next_attempt_at is null then 'dead' when d.next_attempt_at < pg_catalog.now() - interval '1 minute' then 'late' else 'waiting' end, count(*)
from private.webhook_deliveries d
where d.delivered_at is null
group by 1, 2
