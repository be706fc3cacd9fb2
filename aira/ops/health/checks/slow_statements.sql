-- title: Slow statements
-- why: A slow statement that runs often slows down everybody.
-- sees: others
-- hint: Run EXPLAIN (analyze, buffers) on it, as the role that runs it.
-- unknown: The extension pg_stat_statements is missing. Add it to shared_preload_libraries, restart the server, then run create extension pg_stat_statements schema extensions.
-- unit: ms
-- warn: 1000
-- critical: 10000
select pg_catalog.format('statement %s', s.queryid), pg_catalog.round(s.mean_exec_time::numeric, 1),
       pg_catalog.format('%s calls: %s', s.calls, pg_catalog.left(pg_catalog.regexp_replace(s.query, '\s+', ' ', 'g'), 200))
from extensions.pg_stat_statements s
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and s.calls >= 20 and s.toplevel and s.mean_exec_time > 500
  -- Other statements keep their values, such as a password. Refreshes and copies are expected to take long.
  and s.query ~* '^\s*(select|insert|update|delete|merge|with)\M' and s.query !~* 'private.(refresh_analytics|ledger_problems)'
order by s.mean_exec_time desc limit 20
