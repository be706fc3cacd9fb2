-- title: Webhooks
-- note: Deliveries that are pending or dead.
select w.endpoint, pg_catalog.count(*) filter (where w.next_attempt_at is not null) as pending,
       pg_catalog.count(*) filter (where w.next_attempt_at is null) as dead,
       coalesce(pg_catalog.to_char(min(w.next_attempt_at) at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'), '–') as "next, UTC",
       case when e.name is null then 'not configured' when e.held_at is not null then 'held' when e.failing_since is not null then 'failing' else 'open' end as state
from private.webhook_deliveries w left join private.service_endpoints e on e.name = w.endpoint
where w.delivered_at is null group by w.endpoint, e.name, e.held_at, e.failing_since order by 1
