-- Store which indexes were used since the previous run. A counter that fell was reset. If it is above zero, the index
-- was used since. Indexes of partitions count with the index of their table. Indexes that enforce a rule stay, so they are not watched.
with watched as (
    select coalesce(pg_catalog.pg_partition_root(s.indexrelid), s.indexrelid) as root, sum(s.idx_scan)::bigint as scans
    from pg_catalog.pg_stat_user_indexes s join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
    where not i.indisunique and not i.indisexclusion and i.indisvalid
      and s.schemaname in ('public', 'private', 'analytics', 'audit', 'console', 'jobs', 'auth')
    group by 1
), named as (
    select w.root::regclass::text as name, i.indrelid::regclass::text as table_name, w.scans
    from watched w join pg_catalog.pg_index i on i.indexrelid = w.root
), gone as (
    delete from private.index_uses u where not exists (select from named n where n.name = u.name)
)
insert into private.index_uses as u (name, table_name, scans, watched_since, used_at)
select n.name, n.table_name, n.scans, pg_catalog.now(), case when n.scans > 0 then pg_catalog.now() end from named n
on conflict (name) do update
set scans = excluded.scans, table_name = excluded.table_name,
    used_at = case when excluded.scans <> u.scans and excluded.scans > 0 then pg_catalog.now() else u.used_at end
where (u.scans, u.table_name) is distinct from (excluded.scans, excluded.table_name)
