-- title: Integrity
-- note: The newest ten runs. Each compares all stored data with their rules.
select pg_catalog.to_char(r.at at time zone 'UTC', 'FMDD Mon YYYY HH24:MI') as "of, UTC", r.duration as took, pg_catalog.jsonb_array_length(r.faults) as faults,
       r.faults #>> '{0,subject}' as "first fault", (select count(*) from pg_catalog.jsonb_object_keys(r.not_looked_at)) as "not checked"
from console.integrity_runs r order by r.at desc limit 10
