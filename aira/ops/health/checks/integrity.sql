-- title: Integrity
-- why: The newest integrity run found stored data that break their rules.
-- hint: Run manage.py integrity to list the violations. docs/OPERATIONS.md says what to do about each part.
-- critical: 1
select f ->> 'subject', 1, pg_catalog.format('%s: %s, found %s UTC', f ->> 'part', f ->> 'detail', pg_catalog.to_char(r.at at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'))
from (select * from console.integrity_runs order by at desc limit 1) r, pg_catalog.jsonb_array_elements(r.faults) f limit 20
