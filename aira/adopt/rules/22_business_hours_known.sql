-- If the column business_hours exists already, it has the form of CONTRACT.md: weekly, special, closures.
-- automatic read: hours in a common form, such as {"monday": {"open": "09:00", "close": "17:00"}} or {"mon": "9-17"},
--   are converted, as --check shows. A day that is not mentioned is closed. The audit keeps the previous value.
-- option clear: the hours become empty, which means 09:00 to 18:00 every day. The audit keeps the previous value.
-- option set: the hours become the JSON of the decision.
select 'business_v2' as table_name, b.id as row_id, 'business_hours ' || left(h.hours::text, 200) as detail, null as option, h.hours::text as raw
from public.business_v2 b cross join lateral (select to_jsonb(b) -> 'business_hours' as hours) h
where jsonb_typeof(h.hours) <> 'null' and not pg_temp.business_hours_valid(h.hours);
-- repair read
update public.business_v2 b set business_hours = d.value::jsonb from pg_temp.decided d where d.row_id = b.id and d.value is not null;
-- repair clear
update public.business_v2 b set business_hours = null from pg_temp.decided d where d.row_id = b.id;
-- repair set
update public.business_v2 b set business_hours = d.value::jsonb from pg_temp.decided d where d.row_id = b.id;
