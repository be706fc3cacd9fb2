-- Return the coming confirmed appointments of a business that lie within its opening hours now, and would lie
-- outside other opening hours, in order of time. Staff see them before they save the other hours.
-- p_hours: the other opening hours; they must be valid (private.business_hours_valid).
-- SECURITY DEFINER: console may not call private.open_throughout.
create or replace function private.appointments_outside(p_business_id uuid, p_hours jsonb)
returns table (appointment_id uuid)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select a.id
        from public.business_v2 b
        join public.appointments a on a.business_id = b.id and a.user_id = b.user_id
        cross join lateral (select a.scheduled_at + a.duration * interval '1 minute' as ends_at) e
        where b.id = p_business_id and a.status = 'confirmed' and a.deleted_at is null and a.scheduled_at >= pg_catalog.now()
          and private.open_throughout(b.business_hours, b.timezone, a.scheduled_at, e.ends_at)
          and not private.open_throughout(p_hours, b.timezone, a.scheduled_at, e.ends_at)
        order by a.scheduled_at, a.id;
end $$;

revoke all on function private.appointments_outside(uuid, jsonb) from public;
grant execute on function private.appointments_outside(uuid, jsonb) to console;
