-- title: Stripe events not applied
-- why: Stripe reported a payment that is not in the ledger.
-- hint: Check that the worker runs. Open Stripe events in the console: each shows why it was refused, and can be applied again.
-- unit: min
-- warn: 10
-- critical: 120
select e.id, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - e.received_at) / 60)::numeric(12,0),
       pg_catalog.format('%s received at %s, %s attempts%s', e.type, e.received_at, e.attempts, ': ' || e.problem)
from console.stripe_events e where e.applied_at is null and e.received_at < pg_catalog.now() - interval '10 minutes'
order by e.received_at limit 20
