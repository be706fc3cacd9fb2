-- title: Overdue webhooks
-- why: They are due, but no process sends them.
-- hint: Check that the worker runs: manage.py worker --only dispatcher.
-- unit: min
-- warn: 5
-- critical: 60
select w.endpoint, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - min(w.next_attempt_at)) / 60)::numeric(12,0), 'the oldest is due since ' || min(w.next_attempt_at)
from private.webhook_deliveries w join private.service_endpoints e on e.name = w.endpoint and e.held_at is null
where w.next_attempt_at < pg_catalog.now() group by w.endpoint
