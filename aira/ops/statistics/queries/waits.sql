-- Return what waited for what in a period, the most frequent first.
select w.locked, w.mode, w.blocked_role, coalesce(d.text, w.blocked_command) as blocked, w.blocking_role, w.blocking_state,
       coalesce(g.text, w.blocking_command) as blocking, pg_catalog.count(*) as seen, max(w.waited_seconds) as longest,
       max(w.at) as last_at
from private.lock_waits w
left join private.statements d on d.queryid = w.blocked_queryid and d.role = w.blocked_role
left join private.statements g on g.queryid = w.blocking_queryid and g.role = w.blocking_role
where w.at >= pg_catalog.now() - %(days)s * interval '1 day'
group by 1, 2, 3, 4, 5, 6, 7 order by seen desc, longest desc limit 30
