-- An appointment takes 1 to 1440 minutes.
-- option clamp: what is shorter becomes 1 minute, what is longer 1440.
-- option default: 60 minutes.
-- option quarantine: the row goes, and stays whole in the audit.
select 'appointments' as table_name, a.id as row_id, format('%s minutes', a.duration) as detail, null as option
from public.appointments a where a.duration not between 1 and 1440;
-- repair clamp
update public.appointments a set duration = greatest(1, least(1440, a.duration)) from pg_temp.decided d where d.row_id = a.id;
-- repair default
update public.appointments a set duration = 60 from pg_temp.decided d where d.row_id = a.id;
-- repair quarantine
delete from public.appointments a using pg_temp.decided d where d.row_id = a.id;
