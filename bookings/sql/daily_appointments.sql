-- Number of appointments by business, day (in the business's time zone), source and status, without the
-- trash. minutes: the sum of the durations. Times outside 1900–2999 are left out: near the ends of
-- PostgreSQL's calendar a time zone overflows, and one such row would fail every refresh.
drop view if exists analytics.no_show_rates;
drop materialized view if exists analytics.daily_appointments;
create materialized view analytics.daily_appointments as
select a.user_id, a.business_id, (a.scheduled_at at time zone b.timezone)::date as day, a.source, a.status,
       count(*) as appointments, sum(a.duration) as minutes
from public.appointments a join public.business_v2 b on b.id = a.business_id
where a.deleted_at is null
  and a.scheduled_at >= '1900-01-01 00:00:00+00'::timestamptz and a.scheduled_at < '3000-01-01 00:00:00+00'::timestamptz
group by 1, 2, 3, 4, 5;

-- Read by REFRESH CONCURRENTLY and by the view of an account's own rows.
create unique index daily_appointments_key on analytics.daily_appointments (user_id, business_id, day, source, status);
-- Console: the last days of all accounts.
create index daily_appointments_day on analytics.daily_appointments (day);

revoke all on analytics.daily_appointments from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.daily_appointments to console;

-- No-show rate by business and month: of the appointments that took place or were missed, the share that was
-- missed. It is a view and not a table, since rates of months can't be added, but their counts can.
create view analytics.no_show_rates with (security_invoker = true) as
select c.user_id, c.business_id, c.month, c.completed, c.no_shows, round(c.no_shows / (c.completed + c.no_shows), 4) as no_show_rate
from (
    select d.user_id, d.business_id, pg_catalog.date_trunc('month', d.day::timestamp)::date as month,
           coalesce(sum(d.appointments) filter (where d.status = 'completed'), 0) as completed,
           coalesce(sum(d.appointments) filter (where d.status = 'no_show'), 0) as no_shows
    from analytics.daily_appointments d
    where d.status in ('completed', 'no_show')
    group by 1, 2, 3) c;

revoke all on analytics.no_show_rates from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.no_show_rates to console;
