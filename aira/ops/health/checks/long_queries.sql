-- title: Long statements
-- why: A statement that runs for minutes lacks an index or a limit.
-- sees: others
-- hint: Read its plan with EXPLAIN. To cancel it: select pg_cancel_backend(PID).
-- unit: s
-- warn: 60
-- critical: 600
select pg_catalog.format('process %s', a.pid), pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - a.query_start)::numeric(12,1),
       pg_catalog.format('%s, %s, one statement', a.usename, coalesce(nullif(a.application_name, ''), 'a program without a name'))
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.state = 'active' and a.backend_type = 'client backend'
  and a.pid <> pg_catalog.pg_backend_pid()
