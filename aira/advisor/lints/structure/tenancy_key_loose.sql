-- level: error
-- title: A child of a business without the composite foreign key
-- why: With business_id alone, a row can point to a business of another tenant.
-- fix: Add foreign key (business_id, user_id) references public.business_v2 (id, user_id) on update cascade.
select c.oid::regclass, 'no foreign key ties business_id to its owner'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute b on b.attrelid = c.oid and b.attname = 'business_id' and not b.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p') and not exists (
    select from pg_catalog.pg_constraint k
    where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'public.business_v2'::regclass
      and pg_catalog.cardinality(k.conkey) = 2 and k.confupdtype = 'c' and k.convalidated and b.attnum = any (k.conkey))
