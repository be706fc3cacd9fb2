-- The lowest slot number that no confirmed appointment of a business has between two times. It can exceed the capacity: a long
-- stay beside short ones may find each slot taken for a part of its time while there is always one free.
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
