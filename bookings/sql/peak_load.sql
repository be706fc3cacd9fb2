-- Return the highest number of confirmed appointments at the same time between two times, buffers included.
-- p_longest_stay: minutes; it limits how far back an appointment that still lasts can have begun.
-- p_exclude: the appointment that is to move.
-- It always uses the same index, so a generic plan is cheaper than a new plan for each call.
create or replace function private.peak_load(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_longest_stay integer, p_exclude uuid)
returns integer
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_load integer;
begin
    select pg_catalog.count(*) into v_load
    from public.appointments a
    where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
      and a.busy_from < p_to and a.busy_from > p_from - p_longest_stay * interval '1 minute' and a.busy_to > p_from
      and a.id is distinct from p_exclude;
    if v_load < 2 then
        return v_load;
    end if;
    -- Several appointments need not overlap each other: one that has ended by a moment makes room at that
    -- moment.
    return (
        select pg_catalog.max(e.load)
        from (select pg_catalog.sum(b.change) over (order by b.at, b.change) as load
              from public.appointments a
              cross join lateral (values (greatest(a.busy_from, p_from), 1), (a.busy_to, -1)) as b (at, change)
              where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
                and a.busy_from < p_to and a.busy_from > p_from - p_longest_stay * interval '1 minute' and a.busy_to > p_from
                and a.id is distinct from p_exclude) e);
end $$;

revoke all on function private.peak_load(uuid, timestamptz, timestamptz, integer, uuid) from public;
