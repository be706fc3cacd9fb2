-- metric: aira_database_connections_limit
-- help: Sessions that the server takes, of all databases
-- labels:
select pg_catalog.current_setting('max_connections')::integer
