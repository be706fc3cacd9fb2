-- The time of an appointment is a date within the calendar, not infinity.
-- option quarantine: the row is removed. The audit keeps all of it.
select 'appointments' as table_name, a.id as row_id, format('is scheduled at %s', a.scheduled_at) as detail, null as option
from public.appointments a where not (a.scheduled_at >= '1900-01-01' and a.scheduled_at < '9000-01-01');
-- repair quarantine
delete from public.appointments a using pg_temp.decided d where d.row_id = a.id;
