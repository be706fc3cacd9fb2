-- An appointment is at a time, not at infinity, nor past the ends of the calendar.
-- option quarantine: the row goes, and stays whole in the audit.
select 'appointments' as table_name, a.id as row_id, format('scheduled_at %s', a.scheduled_at) as detail, null as option
from public.appointments a where not (a.scheduled_at >= '1900-01-01' and a.scheduled_at < '9000-01-01');
-- repair quarantine
delete from public.appointments a using pg_temp.decided d where d.row_id = a.id;
