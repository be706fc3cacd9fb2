-- title: Long transactions
-- why: Rows that died since their start can't be removed, so tables and indexes grow. Migrations wait.
-- sees: others
-- hint: Look at what it does. End it with select pg_cancel_backend(PID), and split its work into batches.
-- unit: s
-- warn: 300
-- critical: 3600
select pg_catalog.format('process %s', a.pid), pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - a.xact_start)::numeric(12,1),
       pg_catalog.format('%s, %s, %s since its transaction began', a.usename, coalesce(nullif(a.application_name, ''), 'a program without a name'), a.state)
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.xact_start is not null and a.backend_type = 'client backend'
  and a.pid <> pg_catalog.pg_backend_pid()
