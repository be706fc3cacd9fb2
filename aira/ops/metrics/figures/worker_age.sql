-- metric: aira_worker_seen_seconds
-- help: Age of the newest heartbeat of a process of the worker that runs this part
-- labels: part
select p.part, extract(epoch from pg_catalog.now() - pg_catalog.max(w.seen_at))
from console.worker_processes w cross join pg_catalog.unnest(w.parts) p (part) group by p.part
