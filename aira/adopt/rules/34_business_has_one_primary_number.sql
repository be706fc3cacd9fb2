-- A business has at most one primary number.
-- option oldest: the oldest of several primary numbers stays primary.
-- option newest: the newest of several primary numbers stays primary.
select 'business_numbers' as table_name, n.id as row_id, format('%s is one of %s primary numbers of business %s', n.phone_number, n.primaries, n.business_id) as detail,
       null as option
from (select p.id, p.phone_number, p.business_id, count(*) over (partition by p.business_id) as primaries
      from public.business_numbers p where p.is_primary and p.business_id is not null) n
where n.primaries > 1;
-- repair oldest
update public.business_numbers n set is_primary = false
from pg_temp.decided d
where d.row_id = n.id and n.is_primary and exists (
    select from public.business_numbers o
    where o.business_id = n.business_id and o.is_primary and (o.created_at, o.id) < (n.created_at, n.id));
-- repair newest
update public.business_numbers n set is_primary = false
from pg_temp.decided d
where d.row_id = n.id and n.is_primary and exists (
    select from public.business_numbers o
    where o.business_id = n.business_id and o.is_primary and (o.created_at, o.id) > (n.created_at, n.id));
