-- title: Blocked sessions
-- why: They wait for a lock of another session, and further sessions wait behind them.
-- sees: others
-- hint: End the session that holds the lock: select pg_terminate_backend(PID).
-- unit: s
-- warn: 5
-- critical: 60
select pg_catalog.format('process %s', a.pid), pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - a.query_start)::numeric(12,1),
       pg_catalog.format('%s waits for %s', a.usename, pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(a.pid), ', '))
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.wait_event_type = 'Lock'
  and pg_catalog.cardinality(pg_catalog.pg_blocking_pids(a.pid)) > 0
