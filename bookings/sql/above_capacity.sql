-- Do the work of appointments_above_capacity beyond the rights of the caller. A user can ask only about their
-- own business.
-- It walks over the appointments and, side by side, over the times at which there are too many.
create or replace function private.above_capacity(p_business_id uuid)
returns table (appointment_id uuid, scheduled_at timestamptz, duration integer)
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
    v_capacity integer;
    v_from timestamptz[];
    v_to timestamptz[];
    v_next integer := 1;
    v_row record;
begin
    select t.capacity into v_capacity
    from private.booking_terms t
    where t.business_id = p_business_id and (not v_is_user or t.user_id = v_user);
    if not found then
        return;
    end if;
    select pg_catalog.array_agg(s.at order by s.at), pg_catalog.array_agg(s.until order by s.at) into v_from, v_to
    from (select l.at, pg_catalog.lead(l.at) over (order by l.at) as until, l.load
          from (select b.at, pg_catalog.sum(pg_catalog.sum(b.change)) over (order by b.at) as load
                from public.appointments a cross join lateral (values (a.busy_from, 1), (a.busy_to, -1)) as b (at, change)
                where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null and a.busy_to > pg_catalog.now()
                group by b.at) l) s
    where s.load > v_capacity;
    if v_from is null then
        return;
    end if;
    for v_row in
        select a.id, a.scheduled_at, a.duration, a.busy_from, a.busy_to
        from public.appointments a
        where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null and a.busy_to > pg_catalog.now()
        order by a.busy_from, a.id
    loop
        while v_next <= pg_catalog.cardinality(v_to) and v_to[v_next] <= v_row.busy_from loop
            v_next := v_next + 1;
        end loop;
        exit when v_next > pg_catalog.cardinality(v_to);
        if v_from[v_next] < v_row.busy_to then
            appointment_id := v_row.id;
            scheduled_at := v_row.scheduled_at;
            duration := v_row.duration;
            return next;
        end if;
    end loop;
end $$;

revoke all on function private.above_capacity(uuid) from public;
grant execute on function private.above_capacity(uuid) to authenticated, service_role, console;
