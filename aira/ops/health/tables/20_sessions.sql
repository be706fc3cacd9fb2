-- title: Sessions, locks and blockers
-- note: The text of statements is not shown, because it contains values.
select a.pid::text as process, a.usename as role, coalesce(nullif(a.application_name, ''), '–') as program, coalesce(a.state, '–') as state,
       coalesce(a.wait_event_type || ': ' || a.wait_event, '–') as "waits for",
       coalesce(nullif(pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(a.pid), ', '), ''), '–') as "blocked by",
       (select pg_catalog.count(*) from pg_catalog.pg_locks l where l.pid = a.pid and l.granted and l.locktype = 'relation') as locks,
       coalesce(pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - a.xact_start)::numeric, 1)::text, '–') as "in transaction, s"
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
order by a.xact_start nulls last, a.pid limit 50
