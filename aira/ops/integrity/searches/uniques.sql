-- title: Unique constraints
-- why: Two rows have a value that only one may have. An index was damaged, or was off while they were written.
-- hint: Decide which row stays, then run reindex index concurrently ….
select pg_catalog.format('%s', x.indexrelid::regclass), 'values that several rows share',
       pg_catalog.format('select count(*), min(u.example) from (select min(%s) as example from %s c where %s group by %s having count(*) > 1) u',
           :key, x.indrelid::regclass,
           pg_catalog.concat_ws(' and ', coalesce(pg_catalog.pg_get_expr(x.indpred, x.indrelid), 'true'),
               case when not x.indnullsnotdistinct then pg_catalog.string_agg(pg_catalog.format('(%s) is not null', e.text), ' and ') end),
           pg_catalog.string_agg(e.text, ', ')), null
from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid,
     lateral (select x.indrelid) k (conrelid),
     pg_catalog.generate_series(1, x.indnkeyatts) n, lateral (select pg_catalog.pg_get_indexdef(x.indexrelid, n, true)) e (text)
where x.indisunique and not i.relispartition and i.relnamespace = any(:schemas)
group by x.indexrelid, x.indrelid, k.conrelid, x.indpred, x.indnullsnotdistinct
order by 1
