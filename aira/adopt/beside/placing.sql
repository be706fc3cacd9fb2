-- Give the appointments of the businesses in pg_temp.to_place the lowest free slot numbers. Overlapping appointments
-- come in the order of their times. Then write the diary row of each business. existing_appointments.sql does the
-- same for originals that are changed in place.
create temporary table if not exists placed (id uuid primary key, slot_number integer);
truncate pg_temp.placed;
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
              from adopting.appointments a where a.status = 'confirmed' and a.business_id in (select p.id from pg_temp.to_place p)
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
        insert into pg_temp.placed values (v_row.id, v_slot);
    end loop;
end $$;
-- First clear all slot numbers, so that no two appointments have the same one in between.
update adopting.appointments a set slot_number = null
from pg_temp.placed p where p.id = a.id and a.slot_number <> p.slot_number;
update adopting.appointments a set slot_number = p.slot_number
from pg_temp.placed p where p.id = a.id and a.slot_number is distinct from p.slot_number;
update adopting.appointments a set slot_number = case when a.status = 'confirmed' then 1 end
from pg_temp.to_place t
where a.business_id = t.id and a.slot_number is distinct from case when a.status = 'confirmed' then 1 end
  and not exists (select from pg_temp.placed p where p.id = a.id);
delete from private.booking_diaries d using pg_temp.to_place p where p.id = d.business_id;
insert into private.booking_diaries (business_id, longest_stay, placed)
select a.business_id, max(a.duration), count(*)
from adopting.appointments a where a.status = 'confirmed' and a.business_id in (select p.id from pg_temp.to_place p) group by a.business_id;
