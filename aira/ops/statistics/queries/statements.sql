-- Store what each statement used since the previous snapshot, and the new counters. Nothing is subtracted across a
-- reset of the counters. Nothing is stored for a period that began more than an hour ago, or in another database.
with info as (
    select d.oid as database_oid, i.stats_reset, i.dealloc
    from pg_catalog.pg_database d cross join extensions.pg_stat_statements_info i
    where d.datname = pg_catalog.current_database()
), previous as (
    select s.taken_at, s.database_oid, s.stats_reset from private.statement_snapshots s order by s.taken_at desc limit 1
), period as (
    select i.database_oid, i.stats_reset, i.dealloc,
           coalesce(
               p.database_oid = i.database_oid and p.taken_at > pg_catalog.now() - interval '1 hour'
                   and (p.stats_reset is not distinct from i.stats_reset or i.stats_reset > p.taken_at), false) as known,
           p.stats_reset is not distinct from i.stats_reset as goes_on
    from info i left join previous p on true
), found as materialized (
    select c.* from (values (null::timestamptz)) older (stats_since)
    -- PostgreSQL 17 added the column stats_since. On older versions, the name refers to the null above.
    cross join lateral (
        select p.userid, p.queryid, p.calls, p.total_exec_time, p.rows, p.shared_blks_read, p.temp_blks_written, stats_since
        from extensions.pg_stat_statements(false) p
        where p.toplevel and p.dbid = (select i.database_oid from info i)
    ) c
), counted as materialized (
    select coalesce(r.rolname::text, 'a dropped role') as role, f.queryid, sum(f.calls)::bigint as calls,
           sum(f.total_exec_time) as exec_ms, sum(f.rows)::bigint as rows, sum(f.shared_blks_read)::bigint as blocks_read,
           sum(f.temp_blks_written)::bigint as temp_blocks, max(f.stats_since) as stats_since
    from found f left join pg_catalog.pg_roles r on r.oid = f.userid
    -- The ids of other roles' statements are hidden from a role without pg_read_all_stats.
    where f.queryid is not null group by 1, 2
), compared as materialized (
    select c.*,
           p.goes_on and o.id is not null and o.calls <= c.calls and o.exec_ms <= c.exec_ms
               and o.stats_since is not distinct from c.stats_since as grew,
           o.calls as old_calls, o.exec_ms as old_exec_ms, o.rows as old_rows, o.blocks_read as old_blocks_read,
           o.temp_blocks as old_temp_blocks
    from counted c cross join period p left join private.statements o on o.role = c.role and o.queryid = c.queryid
    where o.id is null or (o.calls, o.exec_ms, o.stats_since) is distinct from (c.calls, c.exec_ms, c.stats_since)
), stored as (
    insert into private.statements as s (role, queryid, calls, exec_ms, rows, blocks_read, temp_blocks, stats_since)
    select c.role, c.queryid, c.calls, c.exec_ms, c.rows, c.blocks_read, c.temp_blocks, c.stats_since from compared c
    on conflict (role, queryid) do update
    set calls = excluded.calls, exec_ms = excluded.exec_ms, rows = excluded.rows, blocks_read = excluded.blocks_read,
        temp_blocks = excluded.temp_blocks, stats_since = excluded.stats_since
    returning s.id, s.role, s.queryid
), sampled as (
    insert into private.statement_samples (statement_id, taken_at, calls, exec_ms, rows, blocks_read, temp_blocks)
    select s.id, pg_catalog.now(), c.calls - case when c.grew then c.old_calls else 0 end,
           c.exec_ms - case when c.grew then c.old_exec_ms else 0 end as used_ms,
           greatest(c.rows - case when c.grew then c.old_rows else 0 end, 0),
           greatest(c.blocks_read - case when c.grew then c.old_blocks_read else 0 end, 0),
           greatest(c.temp_blocks - case when c.grew then c.old_temp_blocks else 0 end, 0)
    from compared c join stored s on s.role = c.role and s.queryid = c.queryid
    where (select p.known from period p) and c.calls > case when c.grew then c.old_calls else 0 end
    order by used_ms desc limit 100
), forgotten as (
    -- The server forgot these. If one comes back, its counters begin at zero.
    delete from private.statements s
    where not exists (select from counted c where c.role = s.role and c.queryid = s.queryid)
      and not exists (select from private.statement_samples m where m.statement_id = s.id)
)
insert into private.statement_snapshots (taken_at, database_oid, stats_reset, evicted, statements, hidden)
select pg_catalog.now(), p.database_oid, p.stats_reset, p.dealloc,
       (select pg_catalog.count(*) from found f where f.queryid is not null),
       (select pg_catalog.count(*) from found f where f.queryid is null)
from period p
