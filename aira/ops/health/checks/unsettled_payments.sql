-- title: Payments unsettled
-- why: The provider reported a payment, refund or dispute that the ledger does not contain.
-- hint: Open Payments in the console, filter by state, and follow the advice of each payment.
-- unit: h
-- warn: 1
-- critical: 72
select p.id, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - p.since) / 3600)::numeric(12,0),
       pg_catalog.format('%s since %s%s', p.state, p.since, ': ' || p.problem)
from private.payments p where p.state in ('waiting', 'attention') and p.since < pg_catalog.now() - interval '1 hour'
order by p.since limit 20
