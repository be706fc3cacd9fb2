-- A row can't point into another tenant's business, whoever writes it; it moves with the business to another owner.
alter table public.documents drop constraint documents_business_id_fkey;
alter table public.documents add constraint document_in_own_business
    foreign key (business_id, user_id) references public.business_v2 (id, user_id)
    on update cascade on delete cascade;
create trigger documents_follow_business
    after update of deleted_at on public.business_v2
    for each row when (old.deleted_at is distinct from new.deleted_at)
    execute function private.children_follow_business('documents');
