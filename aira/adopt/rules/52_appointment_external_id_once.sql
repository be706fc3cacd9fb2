-- An external_id belongs to one appointment of a business that is not cancelled.
-- option suffix: the oldest appointment keeps the external_id. The others get the next free suffix (:2, :3 and so on),
--   as CONTRACT.md describes for a second booking in one call.
-- option cancel: the oldest appointment keeps the external_id. The others are cancelled.
select 'appointments' as table_name, a.id as row_id, format('repeats external_id %s, is %s, at %s', quote_literal(a.external_id), a.status, a.scheduled_at) as detail,
       null as option
from (select a.*, row_number() over (partition by a.business_id, a.external_id order by a.created_at, a.id) as place
      from public.appointments a where a.external_id is not null and a.status is distinct from 'cancelled') a
where a.place > 1;
-- repair suffix
update public.appointments a set external_id = a.external_id || ':' || p.place + coalesce(h.highest, 1)
from (select x.*, row_number() over (partition by x.business_id, x.external_id order by x.created_at, x.id) as place
      from pg_temp.decided d join public.appointments x on x.id = d.row_id) p
left join (select o.business_id, substring(o.external_id from '^(.*):[1-9][0-9]*$') as stem,
                  max(substring(o.external_id from ':([1-9][0-9]*)$')::numeric) as highest
           from public.appointments o group by 1, 2) h on h.business_id = p.business_id and h.stem = p.external_id
where p.id = a.id;
-- repair cancel
update public.appointments a set status = 'cancelled' from pg_temp.decided d where d.row_id = a.id;
