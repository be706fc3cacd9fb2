-- title: Dead webhooks
-- why: The receiver does not get these webhooks.
-- hint: The delivery's page shows the error. Replay it when the receiver works again.
-- unit: deliveries
-- warn: 1
-- critical: 100
select w.endpoint, pg_catalog.count(*), pg_catalog.format('%s failed after all attempts', pg_catalog.count(*))
from private.webhook_deliveries w where w.next_attempt_at is null and w.delivered_at is null group by w.endpoint
