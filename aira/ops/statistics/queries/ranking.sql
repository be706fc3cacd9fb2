-- Return the statements of a period with its figures and those of the period before, the slowest first.
with counted as (
    select m.statement_id, m.taken_at >= pg_catalog.now() - %(days)s * interval '1 day' as recent,
           sum(m.calls) as calls, sum(m.exec_ms) as exec_ms, sum(m.rows) as rows
    from private.statement_samples m
    where m.taken_at >= pg_catalog.now() - 2 * %(days)s * interval '1 day'
    group by 1, 2
)
select s.id, s.role, s.command, s.text, n.calls, n.exec_ms / 1000 as total_s, n.exec_ms / n.calls as mean_ms,
       n.rows / n.calls as rows_per_call,
       b.calls as calls_before, b.exec_ms / b.calls as mean_ms_before,
       n.exec_ms / sum(n.exec_ms) over () as share
from counted n join private.statements s on s.id = n.statement_id
left join counted b on b.statement_id = n.statement_id and not b.recent
where n.recent
order by case %(order)s when 'calls' then n.calls when 'mean' then n.exec_ms / n.calls else n.exec_ms end desc, s.id
limit 50
