-- title: Dead webhooks
-- why: The receiver will never hear of it.
-- hint: See why on the delivery's page; replay it when the receiver is well again.
-- unit: deliveries
-- warn: 1
-- critical: 100
select w.endpoint, pg_catalog.count(*), pg_catalog.format('%s gave up after all their tries', pg_catalog.count(*))
from private.webhook_deliveries w where w.next_attempt_at is null and w.delivered_at is null group by w.endpoint
