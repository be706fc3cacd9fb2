-- metric: aira_database_size_bytes
-- help: Size of this database on disk, in bytes
-- labels:
select pg_catalog.pg_database_size(pg_catalog.current_database())
