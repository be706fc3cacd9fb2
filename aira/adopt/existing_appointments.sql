-- Give appointments from before the adoption their slot numbers: the lowest that is free. All got the first when the
-- column was added, so only appointments that overlap another one are read, in their order. updated_at stays.
insert into private.booking_diaries (business_id, longest_stay, placed)
select a.business_id, max(a.duration), count(*)
from public.appointments a where a.status = 'confirmed' and a.deleted_at is null group by a.business_id;

create temporary table placed (id uuid, slot_number integer) on commit drop;
do $$
declare
    v_row record;
    v_business_id uuid;
    -- The end of the last appointment in each slot.
    v_until timestamptz[];
    v_slot integer;
begin
    for v_row in
        select a.id, a.business_id, a.busy_from, a.busy_to
        from (select a.id, a.business_id, a.busy_from, a.busy_to,
                     max(a.busy_to) over (w rows between unbounded preceding and 1 preceding) as earlier_until,
                     lead(a.busy_from) over w as next_from
              from public.appointments a where a.status = 'confirmed' and a.deleted_at is null
              window w as (partition by a.business_id order by a.busy_from, a.id)) a
        where a.earlier_until > a.busy_from or a.next_from < a.busy_to
        order by a.business_id, a.busy_from, a.id
    loop
        if v_row.business_id is distinct from v_business_id then
            v_business_id := v_row.business_id;
            v_until := '{}';
        end if;
        v_slot := 1;
        while v_until[v_slot] > v_row.busy_from loop
            v_slot := v_slot + 1;
        end loop;
        v_until[v_slot] := v_row.busy_to;
        if v_slot > 1 then
            insert into pg_temp.placed values (v_row.id, v_slot);
        end if;
    end loop;
end $$;
alter table public.appointments disable trigger user;
update public.appointments a set slot_number = p.slot_number from pg_temp.placed p where p.id = a.id;
alter table public.appointments enable trigger user;
