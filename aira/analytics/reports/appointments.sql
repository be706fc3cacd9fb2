-- title: Appointments by day
-- view: daily_appointments
-- note: Days are in each business's time zone. No-show rate: the share of appointments with a known outcome that were missed.
select d.day, sum(d.appointments) as appointments,
       coalesce(sum(d.appointments) filter (where d.status = 'confirmed'), 0) as confirmed,
       coalesce(sum(d.appointments) filter (where d.status = 'completed'), 0) as completed,
       coalesce(sum(d.appointments) filter (where d.status = 'cancelled'), 0) as cancelled,
       coalesce(sum(d.appointments) filter (where d.status = 'no_show'), 0) as no_shows,
       round(coalesce(sum(d.appointments) filter (where d.status = 'no_show'), 0)
             / nullif(sum(d.appointments) filter (where d.status in ('completed', 'no_show')), 0), 4) as no_show_rate
from analytics.daily_appointments d
where d.day > current_date - %(days)s and d.day <= (now() at time zone 'UTC' + interval '14 hours')::date  -- today in UTC+14, where each day begins first
group by d.day
order by d.day desc
