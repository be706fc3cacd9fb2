-- title: Newest integrity run
-- why: Damage since then is unknown, and backups copy it.
-- hint: Check that the worker runs: it checks everything each night. Run manage.py integrity to check now.
-- unit: hours
-- warn: 30
-- critical: 100
select 'integrity', extract(epoch from pg_catalog.now() - coalesce(max(r.at), (
           select m.applied from console.django_migrations m where m.app = 'ops' and m.name = '0002_records'))) / 3600,
       coalesce('the newest run is of ' || pg_catalog.to_char(max(r.at) at time zone 'UTC', 'FMDD Mon YYYY HH24:MI "UTC"'), 'no run yet')
from console.integrity_runs r
