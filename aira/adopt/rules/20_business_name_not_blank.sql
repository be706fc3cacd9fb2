-- A business has a name that is not blank.
-- option name: the name becomes "Business" and the beginning of the id.
select 'business_v2' as table_name, b.id as row_id, 'the name is blank' as detail, null as option
from public.business_v2 b where b.name !~ '[^[:space:]]';
-- repair name
update public.business_v2 b set name = 'Business ' || left(b.id::text, 8) from pg_temp.decided d where d.row_id = b.id;
