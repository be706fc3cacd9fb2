-- title: Sessions idle in a transaction
-- why: The session keeps its locks and prevents vacuum from removing dead rows.
-- sees: others
-- hint: End the session: select pg_terminate_backend(PID). Then set idle_in_transaction_session_timeout for its role.
-- unit: s
-- warn: 60
-- critical: 600
select pg_catalog.format('process %s', a.pid), pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - a.state_change)::numeric(12,1),
       pg_catalog.format('%s, %s, idle in its transaction', a.usename, coalesce(nullif(a.application_name, ''), 'a program without a name'))
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.state like 'idle in transaction%' and a.pid <> pg_catalog.pg_backend_pid()
