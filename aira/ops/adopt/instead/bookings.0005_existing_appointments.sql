-- As the migration: appointments from before get the lowest slot number that is free. Those that overlap no other one, which is
-- nearly all, get it in one statement; and nobody changed them: updated_at stays.
alter table public.appointments disable trigger user;
insert into private.booking_diaries (business_id, longest_stay, placed)
select a.business_id, max(a.duration), count(*)
from public.appointments a where a.status = 'confirmed' and a.deleted_at is null group by a.business_id;

create temporary table overlapping on commit drop as
select a.id
from (select a.id, a.busy_from, a.busy_to,
             max(a.busy_to) over (w rows between unbounded preceding and 1 preceding) as earlier_until,
             lead(a.busy_from) over w as next_from
      from public.appointments a where a.status = 'confirmed' and a.deleted_at is null
      window w as (partition by a.business_id order by a.busy_from, a.id)) a
where a.earlier_until > a.busy_from or a.next_from < a.busy_to;

update public.appointments a set slot_number = 1
where a.status = 'confirmed' and a.deleted_at is null and not exists (select from pg_temp.overlapping o where o.id = a.id);

do $$
declare
    v_row record;
begin
    for v_row in
        select a.id, a.business_id, a.busy_from, a.busy_to, d.longest_stay
        from pg_temp.overlapping o join public.appointments a on a.id = o.id join private.booking_diaries d on d.business_id = a.business_id
        order by a.business_id, a.busy_from, a.id
    loop
        update public.appointments a
        set slot_number = private.lowest_free_slot(v_row.business_id, v_row.busy_from, v_row.busy_to, v_row.longest_stay, v_row.id)
        where a.id = v_row.id;
    end loop;
end $$;
alter table public.appointments enable trigger user;
