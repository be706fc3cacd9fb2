-- A row can't point into another tenant's business, whoever writes it; it moves with the business to another owner.
alter table public.documents add constraint document_in_own_business
    foreign key (business_id, user_id) references public.business_v2 (id, user_id)
    on update cascade on delete cascade;
create trigger documents_follow_business
    after update of deleted_at on public.business_v2
    for each row when (old.deleted_at is distinct from new.deleted_at)
    execute function private.children_follow_business('documents');

-- Grants and policies of documents. A user uploads and renames documents. The KB Updater writes the results
-- of processing.
alter table public.documents enable row level security;
-- The default tells clients that read the catalog that user_id is optional; see private.new_owner().
alter table public.documents alter column user_id set default private.new_owner();
revoke all on public.documents from public, anon, authenticated, service_role, voice_agent, kb_updater, console;

grant select, delete on public.documents to authenticated, service_role;
grant insert (id, business_id, user_id, file_name, file_path, file_size, mime_type), update (file_name)
    on public.documents to authenticated;
grant select on public.documents to kb_updater;
grant update (processing_status, processing_error, vector_db_id, chunk_count) on public.documents to kb_updater;
-- deleted_at is not granted: only a DELETE moves a row to the trash, and only console restores it.
grant insert (id, business_id, user_id, file_name, file_path, file_size, mime_type, processing_status, processing_error,
              attempts, processing_started_at, vector_db_id, chunk_count, created_at, updated_at)
    on public.documents to service_role;
grant update (id, business_id, user_id, file_name, file_path, file_size, mime_type, processing_status, processing_error,
              attempts, processing_started_at, vector_db_id, chunk_count, created_at, updated_at)
    on public.documents to service_role;
grant select, insert, update, delete on public.documents to console;

drop policy if exists documents_select_authenticated on public.documents;
create policy documents_select_authenticated on public.documents for select to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists documents_insert_authenticated on public.documents;
create policy documents_insert_authenticated on public.documents for insert to authenticated
    with check (user_id = (select auth.uid()));
drop policy if exists documents_update_authenticated on public.documents;
create policy documents_update_authenticated on public.documents for update to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null) with check (user_id = (select auth.uid()));
drop policy if exists documents_delete_authenticated on public.documents;
create policy documents_delete_authenticated on public.documents for delete to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists documents_select_kb_updater on public.documents;
create policy documents_select_kb_updater on public.documents for select to kb_updater
    using (deleted_at is null);
drop policy if exists documents_update_kb_updater on public.documents;
create policy documents_update_kb_updater on public.documents for update to kb_updater
    using (deleted_at is null) with check (true);
drop policy if exists documents_all_console on public.documents;
create policy documents_all_console on public.documents for all to console using (true) with check (true);
