-- A row can't point into another tenant's business, whoever writes it; it moves with the business to another owner.
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

-- Grants and policies of appointments and booking rules.
alter table public.appointments enable row level security;
alter table public.booking_rules enable row level security;
-- The default tells clients that read the catalog that user_id is optional; see private.new_owner().
alter table public.appointments alter column user_id set default private.new_owner();
alter table public.booking_rules alter column user_id set default private.new_owner();
revoke all on public.appointments, public.booking_rules
    from public, anon, authenticated, service_role, voice_agent, kb_updater, console;

grant select, delete on public.appointments to authenticated, service_role;
grant select on public.appointments to voice_agent;
-- deleted_at is not granted: only a DELETE moves a row to the trash, and only console restores it.
grant insert (id, business_id, user_id, customer_name, customer_phone, customer_email, scheduled_at, duration, status, source,
              external_id, notes, service_type)
    on public.appointments to authenticated, voice_agent;
-- id and user_id are granted too, because a user's upsert sets every column that was sent. The policy refuses
-- another account's id, and private.keep_id() refuses a changed id.
grant update (id, user_id, business_id, customer_name, customer_phone, customer_email, scheduled_at, duration, status, source,
              external_id, notes, service_type)
    on public.appointments to authenticated;
grant update (business_id, customer_name, customer_phone, customer_email, scheduled_at, duration, status, source,
              external_id, notes, service_type)
    on public.appointments to voice_agent;
grant insert (id, business_id, user_id, customer_name, customer_phone, customer_email, scheduled_at, duration, status,
              source, external_id, notes, service_type, created_at, updated_at)
    on public.appointments to service_role;
grant update (id, business_id, user_id, customer_name, customer_phone, customer_email, scheduled_at, duration, status,
              source, external_id, notes, service_type, created_at, updated_at)
    on public.appointments to service_role;
grant select, insert, update, delete on public.appointments to console;

grant select, delete on public.booking_rules to authenticated, service_role;
grant select on public.booking_rules to voice_agent;
grant insert (id, business_id, user_id, capacity, buffer_before, buffer_after, min_notice, slot_step, max_days_ahead),
      update (id, business_id, user_id, capacity, buffer_before, buffer_after, min_notice, slot_step, max_days_ahead)
    on public.booking_rules to authenticated;
grant insert, update on public.booking_rules to service_role;
grant select, insert, update, delete on public.booking_rules to console;

drop policy if exists appointments_select_authenticated on public.appointments;
create policy appointments_select_authenticated on public.appointments for select to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists appointments_insert_authenticated on public.appointments;
create policy appointments_insert_authenticated on public.appointments for insert to authenticated
    with check (user_id = (select auth.uid()));
drop policy if exists appointments_update_authenticated on public.appointments;
create policy appointments_update_authenticated on public.appointments for update to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null) with check (user_id = (select auth.uid()));
drop policy if exists appointments_delete_authenticated on public.appointments;
create policy appointments_delete_authenticated on public.appointments for delete to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists appointments_select_voice_agent on public.appointments;
create policy appointments_select_voice_agent on public.appointments for select to voice_agent
    using (deleted_at is null);
drop policy if exists appointments_insert_voice_agent on public.appointments;
create policy appointments_insert_voice_agent on public.appointments for insert to voice_agent
    with check (true);
drop policy if exists appointments_update_voice_agent on public.appointments;
create policy appointments_update_voice_agent on public.appointments for update to voice_agent
    using (deleted_at is null) with check (true);
drop policy if exists appointments_all_console on public.appointments;
create policy appointments_all_console on public.appointments for all to console using (true) with check (true);

drop policy if exists booking_rules_select_authenticated on public.booking_rules;
create policy booking_rules_select_authenticated on public.booking_rules for select to authenticated
    using (user_id = (select auth.uid()));
drop policy if exists booking_rules_insert_authenticated on public.booking_rules;
create policy booking_rules_insert_authenticated on public.booking_rules for insert to authenticated
    with check (user_id = (select auth.uid()));
drop policy if exists booking_rules_update_authenticated on public.booking_rules;
create policy booking_rules_update_authenticated on public.booking_rules for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
drop policy if exists booking_rules_delete_authenticated on public.booking_rules;
create policy booking_rules_delete_authenticated on public.booking_rules for delete to authenticated
    using (user_id = (select auth.uid()));
drop policy if exists booking_rules_select_voice_agent on public.booking_rules;
create policy booking_rules_select_voice_agent on public.booking_rules for select to voice_agent using (true);
drop policy if exists booking_rules_all_console on public.booking_rules;
create policy booking_rules_all_console on public.booking_rules for all to console using (true) with check (true);
