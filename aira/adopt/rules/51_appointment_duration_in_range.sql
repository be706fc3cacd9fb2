-- An appointment takes 1 to 1440 minutes.
-- option clamp: a shorter duration becomes 1 minute, a longer one 1440 minutes.
-- option default: the duration becomes 60 minutes.
-- option quarantine: the row is removed. The audit keeps all of it.
select 'appointments' as table_name, a.id as row_id, format('takes %s minutes', a.duration) as detail, null as option
from public.appointments a where a.duration not between 1 and 1440;
-- repair clamp
update public.appointments a set duration = greatest(1, least(1440, a.duration)) from pg_temp.decided d where d.row_id = a.id;
-- repair default
update public.appointments a set duration = 60 from pg_temp.decided d where d.row_id = a.id;
-- repair quarantine
delete from public.appointments a using pg_temp.decided d where d.row_id = a.id;
