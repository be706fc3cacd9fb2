-- What check_appointment_time does, past the caller's rights: it looks at times alone, and at a user's own business alone.
-- EXECUTE is granted to exactly the roles that may ask.
create or replace function private.check_appointment(
    p_business_id uuid, p_scheduled_at timestamptz, p_duration integer, p_exclude uuid)
returns text
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_terms record;
    v_ends_at timestamptz;
begin
    if p_business_id is null or p_scheduled_at is null or p_duration is null then
        return 'missing_argument';
    elsif not pg_catalog.isfinite(p_scheduled_at) then
        return 'invalid_time';
    elsif p_duration not between 1 and 1440 then
        return 'invalid_duration';
    end if;
    select t.* into v_terms from private.booking_terms(p_business_id) t;
    if not found then
        return 'unknown_business';
    elsif p_scheduled_at < pg_catalog.now() then
        return 'in_past';
    elsif p_scheduled_at < pg_catalog.now() + v_terms.min_notice * interval '1 minute' then
        return 'too_soon';
    elsif p_scheduled_at > pg_catalog.now() + v_terms.max_days_ahead * interval '24 hours' then
        return 'too_far_ahead';
    end if;
    v_ends_at := p_scheduled_at + p_duration * interval '1 minute';
    if not private.open_throughout(v_terms.hours, v_terms.timezone, p_scheduled_at, v_ends_at) then
        return 'outside_hours';
    elsif private.peak_load(p_business_id, p_scheduled_at - v_terms.buffer_before * interval '1 minute',
                            v_ends_at + v_terms.buffer_after * interval '1 minute', v_terms.longest_stay, p_exclude)
          >= v_terms.capacity then
        return 'fully_booked';
    end if;
    return 'ok';
end $$;

revoke all on function private.check_appointment(uuid, timestamptz, integer, uuid) from public;
grant execute on function private.check_appointment(uuid, timestamptz, integer, uuid)
    to authenticated, voice_agent, service_role, console;
