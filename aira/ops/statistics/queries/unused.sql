-- Return indexes that were not used for a day or longer, the largest first.
select u.name, u.table_name, s.bytes, u.watched_since, u.used_at
from private.index_uses u
left join private.relation_sizes s on s.name = u.name and s.day = (select max(n.day) from private.relation_sizes n)
where coalesce(u.used_at, u.watched_since) < pg_catalog.now() - interval '1 day'
order by s.bytes desc nulls last, u.name limit 30
