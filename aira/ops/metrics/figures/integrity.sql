-- metric: aira_integrity_faults
-- help: Violations that the newest integrity run found, by part
-- labels: part
select p.part, (select count(*) from pg_catalog.jsonb_array_elements(r.faults) f where f ->> 'part' = p.part)
from (select * from console.integrity_runs order by at desc limit 1) r,
     lateral (select k from pg_catalog.jsonb_object_keys(r.looked_at) k
              union select f ->> 'part' from pg_catalog.jsonb_array_elements(r.faults) f) p (part)
