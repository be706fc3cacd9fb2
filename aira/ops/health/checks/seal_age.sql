-- title: Seals of the audit
-- why: Audit events that are not sealed can be rewritten unnoticed by a superuser.
-- hint: Check that manage.py worker runs, and end transactions that stay open: the worker waits for them.
-- unit: hours
-- warn: 2
-- critical: 24
select 'audit.events', extract(epoch from pg_catalog.now() - e.at) / 3600,
       pg_catalog.format('the oldest event that is not sealed is of %s UTC', pg_catalog.to_char(e.at at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'))
from audit.events e
-- A database that no worker ever served has no seals.
where e.id > (select pg_catalog.max(s.upto_id) from audit.seals s)
order by e.id limit 1
