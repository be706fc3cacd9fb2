select t.typname, array_agg(e.enumlabel::text order by e.enumsortorder),
       coalesce(obj_description(t.oid, 'pg_type'), '')
from pg_type t join pg_enum e on e.enumtypid = t.oid
where t.typnamespace = 'public'::regnamespace
group by t.oid, t.typname
order by t.typname::text collate "C"
