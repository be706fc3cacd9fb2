-- Grants and policies of businesses. All are explicit, so that the result does not depend on the default
-- privileges of a project.
alter table public.business_v2 enable row level security;
-- The default tells clients that read the catalog that user_id is optional; see private.new_owner().
alter table public.business_v2 alter column user_id set default private.new_owner();
revoke all on public.business_v2 from public, anon, authenticated, service_role, voice_agent, kb_updater, console;

grant select, delete on public.business_v2 to authenticated;
grant insert (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours) on public.business_v2 to authenticated;
-- id and user_id are granted too, because an upsert of the data API sets every column that was sent. The
-- policy refuses another account's id, and private.keep_id() refuses a changed id.
grant update (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours) on public.business_v2 to authenticated;
grant select on public.business_v2 to voice_agent;
grant select (id, name) on public.business_v2 to kb_updater;
-- deleted_at is not granted: only a DELETE moves a row to the trash, and only console restores it.
grant select, delete on public.business_v2 to service_role;
grant insert (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours, created_at, updated_at) on public.business_v2 to service_role;
grant update (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours, created_at, updated_at) on public.business_v2 to service_role;
grant select, insert, update, delete on public.business_v2 to console;

drop policy if exists business_v2_select_authenticated on public.business_v2;
create policy business_v2_select_authenticated on public.business_v2 for select to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists business_v2_insert_authenticated on public.business_v2;
create policy business_v2_insert_authenticated on public.business_v2 for insert to authenticated
    with check (user_id = (select auth.uid()));
drop policy if exists business_v2_update_authenticated on public.business_v2;
create policy business_v2_update_authenticated on public.business_v2 for update to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null) with check (user_id = (select auth.uid()));
drop policy if exists business_v2_delete_authenticated on public.business_v2;
create policy business_v2_delete_authenticated on public.business_v2 for delete to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists business_v2_select_voice_agent on public.business_v2;
create policy business_v2_select_voice_agent on public.business_v2 for select to voice_agent
    using (deleted_at is null);
drop policy if exists business_v2_select_kb_updater on public.business_v2;
create policy business_v2_select_kb_updater on public.business_v2 for select to kb_updater
    using (deleted_at is null);
drop policy if exists business_v2_all_console on public.business_v2;
create policy business_v2_all_console on public.business_v2 for all to console
    using (true) with check (true);
