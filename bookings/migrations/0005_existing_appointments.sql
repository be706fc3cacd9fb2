-- Appointments from before get the lowest slot number that is free; ones that were booked twice stay, side by side.
insert into private.booking_diaries (business_id, longest_stay, placed)
select a.business_id, max(a.duration), count(*)
from public.appointments a where a.status = 'confirmed' and a.deleted_at is null group by a.business_id;

do $$
declare
    v_row record;
begin
    for v_row in
        select a.id, a.business_id, a.busy_from, a.busy_to, d.longest_stay
        from public.appointments a join private.booking_diaries d on d.business_id = a.business_id
        where a.status = 'confirmed' and a.deleted_at is null order by a.business_id, a.busy_from, a.id
    loop
        update public.appointments a
        set slot_number = private.lowest_free_slot(v_row.business_id, v_row.busy_from, v_row.busy_to, v_row.longest_stay, v_row.id)
        where a.id = v_row.id;
    end loop;
end $$;
