-- title: Statements by total time
-- note: Counted since the statistics were reset. Parameter values are not shown.
-- unknown: The extension pg_stat_statements is missing. Add it to shared_preload_libraries, restart the server, then run create extension pg_stat_statements schema extensions.
select pg_catalog.left(pg_catalog.regexp_replace(s.query, '\s+', ' ', 'g'), 160) as statement, r.rolname as role, s.calls,
       pg_catalog.round(s.mean_exec_time::numeric, 1) as "mean ms", pg_catalog.round(s.max_exec_time::numeric, 0) as "max ms",
       pg_catalog.round(s.total_exec_time::numeric / 1000, 1) as "total s", pg_catalog.round(s.rows / s.calls::numeric, 1) as "rows per call"
from extensions.pg_stat_statements s left join pg_catalog.pg_roles r on r.oid = s.userid
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) and s.toplevel
  -- Other statements keep their values, such as a password.
  and s.query ~* '^\s*(select|insert|update|delete|merge|with)\M'
order by s.total_exec_time desc limit 15
