-- title: Appointments by source and status
-- view: daily_appointments
-- note: How appointments were made, and their status now, in the whole period.
select d.source, sum(d.appointments) as appointments,
       coalesce(sum(d.appointments) filter (where d.status = 'confirmed'), 0) as confirmed,
       coalesce(sum(d.appointments) filter (where d.status = 'completed'), 0) as completed,
       coalesce(sum(d.appointments) filter (where d.status = 'cancelled'), 0) as cancelled,
       coalesce(sum(d.appointments) filter (where d.status = 'no_show'), 0) as no_shows,
       round(coalesce(sum(d.appointments) filter (where d.status = 'no_show'), 0)
             / nullif(sum(d.appointments) filter (where d.status in ('completed', 'no_show')), 0), 4) as no_show_rate
from analytics.daily_appointments d
where d.day > current_date - %(days)s and d.day <= (now() at time zone 'UTC' + interval '14 hours')::date  -- today in UTC+14, where each day begins first
group by d.source
order by appointments desc, d.source
