-- business_hours, where that column is there already, has the form of CONTRACT.md: weekly, special, closures.
-- option clear: empty, which means 09:00 to 18:00 every day; what was there stays in the audit.
select 'business_v2' as table_name, b.id as row_id, 'business_hours ' || left(h.hours::text, 200) as detail, null as option
from public.business_v2 b cross join lateral (select to_jsonb(b) -> 'business_hours' as hours) h
where jsonb_typeof(h.hours) <> 'null'
  and (jsonb_typeof(h.hours) <> 'object'
       or exists (select from jsonb_object_keys(case jsonb_typeof(h.hours) when 'object' then h.hours else '{}' end) k
                  where k not in ('weekly', 'special', 'closures')));
-- repair clear
update public.business_v2 b set business_hours = null from pg_temp.decided d where d.row_id = b.id;
