-- title: Partitions
-- note: Each month has one partition. The worker creates the partitions for the next three months.
select i.inhparent::regclass::text as "table", c.oid::regclass::text as partition, pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(c.oid)) as size,
       greatest(c.reltuples, 0)::bigint as rows
from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relkind = 'r'
join pg_catalog.pg_partitioned_table p on p.partrelid = i.inhparent
order by 1, c.relname desc limit 60
