-- Within a business one appointment that is not cancelled has an external_id.
-- option suffix: the oldest keeps it; the others get :2, :3 … behind it, as the contract says of a second booking in a call.
-- option cancel: the oldest keeps it; the others are cancelled.
select 'appointments' as table_name, a.id as row_id, format('external_id %s again, %s at %s', quote_literal(a.external_id), a.status, a.scheduled_at) as detail,
       null as option
from (select a.*, row_number() over (partition by a.business_id, a.external_id order by a.created_at, a.id) as place
      from public.appointments a where a.external_id is not null and a.status is distinct from 'cancelled') a
where a.place > 1;
-- repair suffix
update public.appointments a set external_id = a.external_id || ':' || p.place
from pg_temp.decided d
join (select a.id, row_number() over (partition by a.business_id, a.external_id order by a.created_at, a.id) as place
      from public.appointments a where a.external_id is not null and a.status is distinct from 'cancelled') p on p.id = d.row_id
where d.row_id = a.id;
-- repair cancel
update public.appointments a set status = 'cancelled' from pg_temp.decided d where d.row_id = a.id;
