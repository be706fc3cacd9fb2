-- Store today's sizes of tables and indexes. Partitions count with their table.
with measured as (
    select case c.relkind when 'i' then 'index' else 'table' end as kind,
           coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) as root,
           case c.relkind when 'i' then pg_catalog.pg_relation_size(c.oid) else pg_catalog.pg_table_size(c.oid) end as bytes
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm', 'i') and n.nspname in ('public', 'private', 'analytics', 'audit', 'console', 'jobs', 'auth')
      and not exists (
          select from private.relation_sizes s where s.day = (pg_catalog.now() at time zone 'UTC')::date)
)
insert into private.relation_sizes (day, kind, name, table_name, bytes)
select (pg_catalog.now() at time zone 'UTC')::date, m.kind, m.root::regclass::text,
       coalesce((select i.indrelid from pg_catalog.pg_index i where i.indexrelid = m.root), m.root)::regclass::text,
       -- A relation that was dropped meanwhile has no size.
       sum(m.bytes)::bigint
from measured m group by m.kind, m.root having sum(m.bytes) is not null
on conflict do nothing
