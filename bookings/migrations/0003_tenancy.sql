-- A row can't point into another tenant's business, whoever writes it; it moves with the business to another owner.
alter table public.appointments drop constraint appointments_business_id_fkey;
alter table public.appointments add constraint appointment_in_own_business
    foreign key (business_id, user_id) references public.business_v2 (id, user_id)
    on update cascade on delete cascade;
create trigger appointments_follow_business
    after update of deleted_at on public.business_v2
    for each row when (old.deleted_at is distinct from new.deleted_at)
    execute function private.children_follow_business('appointments');
alter table public.booking_rules add constraint booking_rules_in_own_business
    foreign key (business_id, user_id) references public.business_v2 (id, user_id)
    on update cascade on delete cascade;
