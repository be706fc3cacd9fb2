-- title: Newest integrity run
-- why: What was damaged since is not known, and backups take it along.
-- hint: Is the worker running? It reads everything each night; manage.py integrity does it now.
-- unit: hours
-- warn: 30
-- critical: 100
select 'integrity', extract(epoch from pg_catalog.now() - coalesce(max(r.at), (
           select m.applied from console.django_migrations m where m.app = 'ops' and m.name = '0004_integrity'))) / 3600,
       coalesce('the newest run is of ' || pg_catalog.to_char(max(r.at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'there was no run yet')
from console.integrity_runs r
