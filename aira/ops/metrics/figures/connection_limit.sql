-- metric: aira_database_connections_limit
-- help: Largest number of sessions of the server, for all databases
-- labels:
select pg_catalog.current_setting('max_connections')::integer
