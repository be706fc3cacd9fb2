-- The labels of the enum types of public, in their order.
select '', t.typname, to_jsonb(array(
    select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder))
from pg_catalog.pg_type t
where t.typnamespace = 'public'::regnamespace and t.typtype = 'e' and %(tables)s is not null
