-- title: Overdue events
-- why: Subscriptions wait for them, but no process passes them on.
-- hint: Check that the worker runs: manage.py worker --only dispatcher. Its log says why an event can't be shown.
-- unit: min
-- warn: 5
-- critical: 60
select s.endpoint_id, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - min(e.at)) / 60)::numeric(12,0), 'the oldest is from ' || min(e.at)
from private.webhook_subscriptions s
join private.service_endpoints w on w.name = s.endpoint_id and w.held_at is null
cross join lateral (
    (select n.at from private.events n where n.position > s.position order by n.position limit 1)
    union all
    (select n.at from private.events n where n.position is null order by n.id limit 1)) e
group by s.endpoint_id
