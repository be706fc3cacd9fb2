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

-- Return the caller's rows of analytics.daily_appointments, which explains the columns. refreshed_at: when
-- the figures were computed.
-- SECURITY DEFINER: materialized views have no row security, so users have no right on them.
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

-- Number of appointments of the caller's businesses by day, source and status, without the trash.
--   business_id: the business
--   day: the day, in the time zone of the business
--   source: the channel through which they were made
--   status: their status now
--   appointments: the number of appointments
--   minutes: the sum of their durations
--   refreshed_at: when the figures were computed
create or replace view public.appointments_by_day with (security_invoker = true) as
    select a.business_id, a.day, a.source, a.status, a.appointments, a.minutes, a.refreshed_at
    from private.own_appointments_by_day() a;
revoke all on public.appointments_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.appointments_by_day to authenticated, console;

-- Utilisation of each business by day (in its own time zone), from 90 days ago to 14 days ahead. Days without
-- open minutes have no row. Opening hours, closures and capacity are the current ones, also for past days.
--   open_minutes    an interval over midnight belongs to the day on which it opens
--   capacity        appointments at the same time
--   booked_minutes  minutes of confirmed, completed and missed appointments within the opening hours, without
--     buffers
-- Utilisation is booked_minutes / (open_minutes × capacity). It exceeds 1 if the capacity was lowered later.
drop materialized view if exists analytics.open_hours_utilisation;
create materialized view analytics.open_hours_utilisation as
with business as (
    select b.id, b.user_id, b.timezone, b.business_hours, coalesce(r.capacity, 1) as capacity,
           (now() at time zone b.timezone)::date as today,
           -- A closure that a change of clocks reverses (02:30–03:15 in a spring night) removes nothing.
           (select range_agg(tstzrange(c.starts_at, c.ends_at))
            from (select private.local_timestamp(j.value ->> 'from') at time zone b.timezone as starts_at,
                         private.local_timestamp(j.value ->> 'to') at time zone b.timezone as ends_at
                  from jsonb_array_elements(b.business_hours -> 'closures') j) c
            where c.starts_at < c.ends_at) as closed
    from public.business_v2 b
    left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
    where b.deleted_at is null
), interval as (
    -- Yesterday's night can reach into the morning of a special day. Count each minute once.
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
    -- An appointment lasts at most a day, so it meets intervals that opened the day before, on its day, or
    -- the day after.
    select o.id, o.day, 0, extract(epoch from least(o.closes_at, a.ends_at) - greatest(o.opens_at, a.starts_at))
    from (select a.business_id, a.scheduled_at as starts_at, a.scheduled_at + a.duration * interval '1 minute' as ends_at,
                 (a.scheduled_at at time zone b.timezone)::date as day
          from public.appointments a join business b on b.id = a.business_id
          where a.deleted_at is null and a.status in ('confirmed', 'completed', 'no_show')
            and a.scheduled_at > now() - interval '94 days' and a.scheduled_at < now() + interval '17 days') a
    cross join generate_series(-1, 1) as n (n)
    join open o on o.id = a.business_id and o.day = a.day + n.n and o.opens_at < a.ends_at and o.closes_at > a.starts_at
)
-- A union and a sum replace a join: the planner can't estimate the number of intervals and would choose a
-- nested loop.
select b.user_id, b.id as business_id, s.day, round(s.open / 60, 2) as open_minutes, b.capacity,
       round(s.booked / 60, 2) as booked_minutes
from (select s.id, s.day, sum(s.open) as open, sum(s.booked) as booked from seconds s group by s.id, s.day) s
join business b on b.id = s.id
-- The day before the first one is read only for its night.
where s.day >= b.today - 90;

-- Read by REFRESH CONCURRENTLY and by the view of an account's own rows.
create unique index open_hours_utilisation_key on analytics.open_hours_utilisation (user_id, business_id, day);
-- Console: the last days of all accounts.
create index open_hours_utilisation_day on analytics.open_hours_utilisation (day);

revoke all on analytics.open_hours_utilisation from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.open_hours_utilisation to console;

-- Return the caller's rows of analytics.open_hours_utilisation, which explains the columns. utilisation: 0.5
-- is half full; refreshed_at: when the figures were computed.
-- SECURITY DEFINER: materialized views have no row security, so users have no right on them.
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

-- Utilisation of the caller's businesses by day, from 90 days ago to 14 days ahead. Days without open minutes
-- have no row.
--   business_id: the business
--   day: the day, in the time zone of the business
--   open_minutes: minutes in which it is open; an interval over midnight belongs to the day on which it opens
--   capacity: how many appointments the business takes at the same time now
--   booked_minutes: minutes of confirmed, completed and missed appointments within the opening hours, without buffers
--   utilisation: booked_minutes / (open_minutes × capacity): 0.5 is half full
--   refreshed_at: when the figures were computed
create or replace view public.utilisation_by_day with (security_invoker = true) as
    select u.business_id, u.day, u.open_minutes, u.capacity, u.booked_minutes, u.utilisation, u.refreshed_at
    from private.own_utilisation_by_day() u;
revoke all on public.utilisation_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.utilisation_by_day to authenticated, console;
