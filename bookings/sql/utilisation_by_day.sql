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

-- How full the caller's businesses are, from 90 days ago to 14 ahead; days without an open minute have no row.
--   business_id: the business
--   day: of the business's time zone
--   open_minutes: how long it is open; an interval over midnight belongs to the day it opens
--   capacity: appointments at the same time, as of now
--   booked_minutes: of confirmed, completed and missed appointments, within the open hours, without buffers
--   utilisation: booked_minutes / (open_minutes × capacity): 0.5 is half full
--   refreshed_at: what the figures are as of
create or replace view public.utilisation_by_day with (security_invoker = true) as
    select u.business_id, u.day, u.open_minutes, u.capacity, u.booked_minutes, u.utilisation, u.refreshed_at
    from private.own_utilisation_by_day() u;
revoke all on public.utilisation_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.utilisation_by_day to authenticated, console;
