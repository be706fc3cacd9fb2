-- Return tables and indexes with their newest size, and their size of a day, a week and a month before.
with newest as (select max(s.day) as day from private.relation_sizes s)
select s.kind, s.name, s.table_name, s.bytes, s.bytes - d.bytes as in_a_day, s.bytes - w.bytes as in_a_week,
       s.bytes - m.bytes as in_a_month
from newest n join private.relation_sizes s on s.day = n.day
left join private.relation_sizes d on d.name = s.name and d.day = n.day - 1
left join private.relation_sizes w on w.name = s.name and w.day = n.day - 7
left join private.relation_sizes m on m.name = s.name and m.day = n.day - 30
order by coalesce(s.bytes - m.bytes, s.bytes - w.bytes, s.bytes - d.bytes, 0) desc, s.bytes desc limit 30
