-- Partitions come and go each month, so only their parent table is compared.
select pg_catalog.format('%I.%I', n.nspname, c.relname),
       pg_catalog.concat_ws(' ',
           case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                          when 'm' then 'materialized view' when 'S' then 'sequence' end,
           case c.relpersistence when 'u' then 'unlogged' end,
           case when c.relkind in ('r', 'p') then
               case when c.relrowsecurity then 'row security on' else 'row security off' end end,
           case when c.relforcerowsecurity then 'forced' end,
           (select pg_catalog.string_agg(o.one, ', ' order by o.one) from pg_catalog.unnest(c.reloptions) o (one)),
           pg_catalog.pg_get_partkeydef(c.oid))
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and c.relkind in ('r', 'v', 'm', 'p', 'S') and not c.relispartition
  and c.oid not in :members
