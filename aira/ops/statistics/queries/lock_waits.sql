-- Store the sessions that wait for a lock now, and who holds it. The text of their statements is not stored.
insert into private.lock_waits (
    at, locked, mode, waited_seconds, blocked_role, blocked_command, blocked_queryid,
    blocking_role, blocking_state, blocking_command, blocking_queryid)
select pg_catalog.now(),
       case
           when l.relation is not null then l.relation::regclass::text
           -- A session that waits for a row holds a lock of the type `tuple` on it, which names the table.
           when t.relation is not null then 'a row of ' || t.relation::regclass::text
           else l.locktype
       end,
       l.mode, greatest(extract(epoch from pg_catalog.clock_timestamp() - coalesce(l.waitstart, a.query_start)), 0),
       coalesce(a.usename::text, a.backend_type, 'unknown'),
       pg_catalog.upper(substring(a.query from '^\s*([A-Za-z]+)')), a.query_id,
       coalesce(b.usename::text, b.backend_type), b.state, pg_catalog.upper(substring(b.query from '^\s*([A-Za-z]+)')), b.query_id
from pg_catalog.pg_locks l
join pg_catalog.pg_stat_activity a on a.pid = l.pid and a.datname = pg_catalog.current_database()
left join lateral (
    select k.relation from pg_catalog.pg_locks k
    where k.pid = l.pid and k.granted and k.locktype = 'tuple' and l.relation is null limit 1
) t on true
left join pg_catalog.pg_stat_activity b on b.pid = (pg_catalog.pg_blocking_pids(l.pid))[1]
where not l.granted
limit 100
