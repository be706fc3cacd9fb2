-- Appointments by business, day (of the business's own time zone), source and status; the trash does not count. minutes: the
-- durations added up. Times outside 1900–2999 are left out: near the ends of PostgreSQL's calendar a time zone overflows, and one
-- such row would stop every refresh.
drop view if exists analytics.no_show_rates;
drop materialized view if exists analytics.daily_appointments;
create materialized view analytics.daily_appointments as
select a.user_id, a.business_id, (a.scheduled_at at time zone b.timezone)::date as day, a.source, a.status,
       count(*) as appointments, sum(a.duration) as minutes
from public.appointments a join public.business_v2 b on b.id = a.business_id
where a.deleted_at is null
  and a.scheduled_at >= '1900-01-01 00:00:00+00'::timestamptz and a.scheduled_at < '3000-01-01 00:00:00+00'::timestamptz
group by 1, 2, 3, 4, 5;

-- REFRESH CONCURRENTLY; an account's own rows.
create unique index daily_appointments_key on analytics.daily_appointments (user_id, business_id, day, source, status);
-- Console: the last days of everybody.
create index daily_appointments_day on analytics.daily_appointments (day);

revoke all on analytics.daily_appointments from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.daily_appointments to console;

-- By business and month: of the customers who were expected and whose outcome is known, the share that did not come.
-- No table of its own: rates of months don't add up, their counts do.
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

-- A user's own rows of analytics.daily_appointments, where the columns are explained; refreshed_at: what they are as of.
-- SECURITY DEFINER: a materialized view has no row security, so users hold no right on it.
create or replace function private.own_appointments_by_day()
returns table (business_id uuid, day date, source public.appointment_source, status public.appointment_status,
               appointments bigint, minutes bigint, refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select d.business_id, d.day, d.source, d.status, d.appointments, d.minutes, r.refreshed_at
        from analytics.daily_appointments d
        left join private.analytics_refreshes r on r.view_name = 'daily_appointments'
        where d.user_id = private.uid();
end $$;

revoke all on function private.own_appointments_by_day() from public;
grant execute on function private.own_appointments_by_day() to authenticated, console;

create or replace view public.appointments_by_day with (security_invoker = true) as
    select a.business_id, a.day, a.source, a.status, a.appointments, a.minutes, a.refreshed_at
    from private.own_appointments_by_day() a;
revoke all on public.appointments_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.appointments_by_day to authenticated, console;

-- How full a business is: by business and day (of its own time zone), from 90 days ago to 14 ahead; days without an open minute
-- have no row. Hours, closures and capacity are those of now, also for days that are past.
--   open_minutes    an interval over midnight belongs to the day it opens
--   capacity        appointments at the same time
--   booked_minutes  of confirmed, completed and missed appointments, as far as they lie within the open hours; without buffers
-- Utilisation is booked_minutes / (open_minutes × capacity); above 1 where the capacity was lowered since.
drop materialized view if exists analytics.open_hours_utilisation;
create materialized view analytics.open_hours_utilisation as
with business as (
    select b.id, b.user_id, b.timezone, b.business_hours, coalesce(r.capacity, 1) as capacity,
           (now() at time zone b.timezone)::date as today,
           -- One that a change of clocks turns around (02:30–03:15 in a spring night) cuts nothing.
           (select range_agg(tstzrange(c.starts_at, c.ends_at))
            from (select private.local_timestamp(j.value ->> 'from') at time zone b.timezone as starts_at,
                         private.local_timestamp(j.value ->> 'to') at time zone b.timezone as ends_at
                  from jsonb_array_elements(b.business_hours -> 'closures') j) c
            where c.starts_at < c.ends_at) as closed
    from public.business_v2 b
    left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
    where b.deleted_at is null
), interval as (
    -- Yesterday's night can reach into a special day's morning: each minute once.
    select b.id, b.closed, b.today + n.n as day, i.closes_at,
           greatest(i.opens_at, max(i.closes_at) over (partition by b.id order by i.opens_at, i.closes_at
                                                       rows between unbounded preceding and 1 preceding)) as opens_at
    from business b
    cross join generate_series(-91, 14) as n (n)
    cross join lateral private.opening_intervals(b.business_hours, b.timezone, b.today + n.n) i
), open as materialized (
    select i.id, i.day, i.opens_at, i.closes_at
    from interval i
    where i.opens_at < i.closes_at and i.closed is null
    union all
    select i.id, i.day, lower(u.range), upper(u.range)
    from interval i
    cross join lateral unnest(tstzmultirange(tstzrange(i.opens_at, i.closes_at)) - i.closed) as u (range)
    where i.opens_at < i.closes_at and i.closed is not null
), seconds as (
    select o.id, o.day, extract(epoch from o.closes_at - o.opens_at) as open, 0 as booked
    from open o
    union all
    -- An appointment lasts a day at most: it meets intervals that opened the day before, on its day, or the day after.
    select o.id, o.day, 0, extract(epoch from least(o.closes_at, a.ends_at) - greatest(o.opens_at, a.starts_at))
    from (select a.business_id, a.scheduled_at as starts_at, a.scheduled_at + a.duration * interval '1 minute' as ends_at,
                 (a.scheduled_at at time zone b.timezone)::date as day
          from public.appointments a join business b on b.id = a.business_id
          where a.deleted_at is null and a.status in ('confirmed', 'completed', 'no_show')
            and a.scheduled_at > now() - interval '94 days' and a.scheduled_at < now() + interval '17 days') a
    cross join generate_series(-1, 1) as n (n)
    join open o on o.id = a.business_id and o.day = a.day + n.n and o.opens_at < a.ends_at and o.closes_at > a.starts_at
)
-- Added up, not joined: the planner knows nothing of how many intervals there are, and takes a loop.
select b.user_id, b.id as business_id, s.day, round(s.open / 60, 2) as open_minutes, b.capacity,
       round(s.booked / 60, 2) as booked_minutes
from (select s.id, s.day, sum(s.open) as open, sum(s.booked) as booked from seconds s group by s.id, s.day) s
join business b on b.id = s.id
-- The day before the first is there for its night alone.
where s.day >= b.today - 90;

-- REFRESH CONCURRENTLY; an account's own rows.
create unique index open_hours_utilisation_key on analytics.open_hours_utilisation (user_id, business_id, day);
-- Console: the last days of everybody.
create index open_hours_utilisation_day on analytics.open_hours_utilisation (day);

revoke all on analytics.open_hours_utilisation from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.open_hours_utilisation to console;

-- A user's own rows of analytics.open_hours_utilisation, where the columns are explained; utilisation: 0.5 is half full;
-- refreshed_at: what they are as of.
-- SECURITY DEFINER: a materialized view has no row security, so users hold no right on it.
create or replace function private.own_utilisation_by_day()
returns table (business_id uuid, day date, open_minutes numeric, capacity integer, booked_minutes numeric, utilisation numeric,
               refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select u.business_id, u.day, u.open_minutes, u.capacity, u.booked_minutes,
               pg_catalog.round(u.booked_minutes / (u.open_minutes * u.capacity), 4), r.refreshed_at
        from analytics.open_hours_utilisation u
        left join private.analytics_refreshes r on r.view_name = 'open_hours_utilisation'
        where u.user_id = private.uid();
end $$;

revoke all on function private.own_utilisation_by_day() from public;
grant execute on function private.own_utilisation_by_day() to authenticated, console;

create or replace view public.utilisation_by_day with (security_invoker = true) as
    select u.business_id, u.day, u.open_minutes, u.capacity, u.booked_minutes, u.utilisation, u.refreshed_at
    from private.own_utilisation_by_day() u;
revoke all on public.utilisation_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.utilisation_by_day to authenticated, console;
