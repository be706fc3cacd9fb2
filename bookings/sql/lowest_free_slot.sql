-- Return the lowest slot number that no confirmed appointment of a business uses between two times. It can
-- exceed the capacity: for a long stay beside short ones, each slot may be taken for a part of the time
-- although one is always free.
-- p_longest_stay: minutes. p_exclude: the appointment that is to move.
create or replace function private.lowest_free_slot(
    p_business_id uuid, p_from timestamptz, p_to timestamptz, p_longest_stay integer, p_exclude uuid)
returns integer
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    v_taken integer[];
    v_slot integer := 1;
begin
    v_taken := array(
        select a.slot_number
        from public.appointments a
        where a.business_id = p_business_id and a.status = 'confirmed' and a.deleted_at is null
          and a.busy_from < p_to and a.busy_from > p_from - p_longest_stay * interval '1 minute' and a.busy_to > p_from
          and a.id is distinct from p_exclude);
    while v_slot = any(v_taken) loop
        v_slot := v_slot + 1;
    end loop;
    return v_slot;
end $$;

revoke all on function private.lowest_free_slot(uuid, timestamptz, timestamptz, integer, uuid) from public;
