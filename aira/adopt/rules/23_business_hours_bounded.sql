-- If the column business_hours exists already, it has at most 1,000 intervals, special days and closures, and 64 kB.
-- option clear: the hours become empty, which means 09:00 to 18:00 every day. The audit keeps the previous value.
select 'business_v2' as table_name, b.id as row_id,
       'business_hours of ' || pg_size_pretty(octet_length(h.hours::text)::bigint) as detail, null as option
from public.business_v2 b cross join lateral (select to_jsonb(b) -> 'business_hours' as hours) h
where jsonb_typeof(h.hours) = 'object'
  and (octet_length(h.hours::text) > 65536
       or (select count(*) from jsonb_path_query(h.hours, '$.weekly.*[*]', silent => true))
          + (select count(*) from jsonb_path_query(h.hours, '$.special.*', silent => true))
          + (select count(*) from jsonb_path_query(h.hours, '$.special.*[*]', silent => true))
          + (select count(*) from jsonb_path_query(h.hours, '$.closures[*]', silent => true)) > 1000);
-- repair clear
update public.business_v2 b set business_hours = null from pg_temp.decided d where d.row_id = b.id;
