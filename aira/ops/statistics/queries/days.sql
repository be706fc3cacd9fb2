-- Return what a statement used on each day.
select (m.taken_at at time zone 'UTC')::date as day, sum(m.calls) as calls, sum(m.exec_ms) / 1000 as total_s,
       sum(m.exec_ms) / sum(m.calls) as mean_ms, sum(m.rows) / sum(m.calls) as rows_per_call,
       sum(m.blocks_read) * pg_catalog.current_setting('block_size')::bigint as bytes_read,
       sum(m.temp_blocks) * pg_catalog.current_setting('block_size')::bigint as temp_bytes
from private.statement_samples m where m.statement_id = %(id)s group by 1 order by 1 desc
