-- Do the work of check_appointment_time beyond the rights of the caller. It reads only times, and for a user
-- only those of their own business.
-- One query reads the booking rules and counts the appointments at that time. It always uses the same index,
-- so a generic plan is cheaper than a new plan for each call.
-- EXECUTE is granted only to the roles that may check times.
create or replace function private.check_appointment(
    p_business_id uuid, p_scheduled_at timestamptz, p_duration integer, p_exclude uuid)
returns text
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
    v_terms record;
    v_starts_at timestamptz;
    v_ends_at timestamptz;
begin
    if p_business_id is null or p_scheduled_at is null or p_duration is null then
        return 'missing_argument';
    elsif not pg_catalog.isfinite(p_scheduled_at) then
        return 'invalid_time';
    elsif p_duration not between 1 and 1440 then
        return 'invalid_duration';
    -- Other times are refused below. At the ends of the calendar, adding to a time would fail.
    elsif p_scheduled_at between pg_catalog.now() and pg_catalog.now() + interval '11 years' then
        v_starts_at := p_scheduled_at;
        v_ends_at := p_scheduled_at + p_duration * interval '1 minute';
    end if;
    select t.hours, t.timezone, t.capacity, t.buffer_before, t.buffer_after, t.min_notice, t.max_days_ahead, t.longest_stay,
           (select pg_catalog.count(*)
            from public.appointments a
            where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
              and a.busy_from < v_ends_at + t.buffer_after * interval '1 minute'
              and a.busy_from > v_starts_at - (t.buffer_before + t.longest_stay) * interval '1 minute'
              and a.busy_to > v_starts_at - t.buffer_before * interval '1 minute'
              and a.id is distinct from p_exclude) as load
    into v_terms
    from private.booking_terms t
    where t.business_id = p_business_id and (not v_is_user or t.user_id = v_user);
    if not found then
        return 'unknown_business';
    elsif p_scheduled_at < pg_catalog.now() then
        return 'in_past';
    elsif p_scheduled_at < pg_catalog.now() + v_terms.min_notice * interval '1 minute' then
        return 'too_soon';
    elsif p_scheduled_at > pg_catalog.now() + v_terms.max_days_ahead * interval '24 hours' then
        return 'too_far_ahead';
    elsif not private.open_throughout(v_terms.hours, v_terms.timezone, p_scheduled_at, v_ends_at) then
        return 'outside_hours';
    elsif v_terms.load >= v_terms.capacity and (
        -- Several appointments that overlap this one need not overlap each other.
        v_terms.load < 2 or private.peak_load(
            p_business_id, p_scheduled_at - v_terms.buffer_before * interval '1 minute',
            v_ends_at + v_terms.buffer_after * interval '1 minute', v_terms.longest_stay, p_exclude) >= v_terms.capacity) then
        return 'fully_booked';
    end if;
    return 'ok';
end $$;

revoke all on function private.check_appointment(uuid, timestamptz, integer, uuid) from public;
grant execute on function private.check_appointment(uuid, timestamptz, integer, uuid)
    to authenticated, voice_agent, service_role, console;
