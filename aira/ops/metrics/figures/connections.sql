-- metric: aira_database_connections
-- help: Sessions of this database by role and state
-- labels: role state
select coalesce(a.usename, ''), coalesce(a.state, ''), count(*)
from pg_catalog.pg_stat_activity a where a.datname = pg_catalog.current_database()
group by 1, 2
