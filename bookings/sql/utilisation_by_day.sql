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
