-- title: Partitions
-- why: Without the month's partition, a write and its whole transaction fail.
-- hint: Run manage.py migrate or restart the worker: both make partitions. Find out why the worker's daily job did not.
-- warn: 1
-- critical: 2
select t.name || pg_catalog.to_char(m.month, '_YYYY_MM'), 2 - n.n, case n.n when 0 then 'the partition of this month is missing' else 'the partition of next month is missing' end
from (values ('audit.events'), ('private.delivery_attempts')) t (name), pg_catalog.generate_series(0, 1) n (n),
    lateral (select pg_catalog.now() at time zone 'UTC' + n.n * interval '1 month') m (month)
where not exists (
    select from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = t.name::regclass
      and c.relname = pg_catalog.split_part(t.name, '.', 2) || pg_catalog.to_char(m.month, '_YYYY_MM'))
