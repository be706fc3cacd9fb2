-- title: Connections
-- why: When all are in use, neither the site nor the Voice Agent can connect.
-- sees: others
-- hint: The console's database room shows which sessions hold them. Add a pooler, or raise max_connections.
-- unit: %
-- warn: 70
-- critical: 90
select 'the server', pg_catalog.round(100.0 * pg_catalog.count(*) / pg_catalog.current_setting('max_connections')::integer, 1),
       pg_catalog.format('%s of %s connections are taken', pg_catalog.count(*), pg_catalog.current_setting('max_connections'))
from pg_catalog.pg_stat_activity a where a.backend_type = 'client backend'
