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
