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

-- How many appointments the caller's businesses have, by day, source and status; the trash does not count.
--   business_id: the business
--   day: of the business's time zone
--   source: how they were booked
--   status: what became of them
--   appointments: how many
--   minutes: their durations added up
--   refreshed_at: what the figures are as of
create or replace view public.appointments_by_day with (security_invoker = true) as
    select a.business_id, a.day, a.source, a.status, a.appointments, a.minutes, a.refreshed_at
    from private.own_appointments_by_day() a;
revoke all on public.appointments_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.appointments_by_day to authenticated, console;
