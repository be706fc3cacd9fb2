-- A row can't point into another tenant's business, whoever writes it; it moves with the business to another owner.
alter table public.business_numbers add constraint number_in_own_business
    foreign key (business_id, user_id) references public.business_v2 (id, user_id)
    on update cascade on delete set null (business_id);
create trigger business_numbers_follow_business
    after update of deleted_at on public.business_v2
    for each row when (old.deleted_at is distinct from new.deleted_at)
    execute function private.children_follow_business('business_numbers');

-- Grants and policies of phone numbers. The UI's server buys and configures them. A user may rename, annotate
-- and release a number, and assign it to another of their businesses.
alter table public.business_numbers enable row level security;
-- The default tells clients that read the catalog that user_id is optional; see private.new_owner().
alter table public.business_numbers alter column user_id set default private.new_owner();
revoke all on public.business_numbers from public, anon, authenticated, service_role, voice_agent, kb_updater, console;

grant select on public.business_numbers to authenticated;
grant update (display_name, notes, is_primary, business_id) on public.business_numbers to authenticated;
grant select on public.business_numbers to voice_agent;
-- deleted_at is not granted: only a DELETE moves a row to the trash, and only console restores it.
grant select, delete on public.business_numbers to service_role;
grant insert (id, user_id, business_id, phone_number, display_name, country_code, number_type, twilio_sid,
              twilio_account_sid, voice_url, sms_url, status_callback_url, capabilities, is_primary, is_active, provider,
              purchase_date, monthly_cost, features, notes, created_at, updated_at)
    on public.business_numbers to service_role;
grant update (id, user_id, business_id, phone_number, display_name, country_code, number_type, twilio_sid,
              twilio_account_sid, voice_url, sms_url, status_callback_url, capabilities, is_primary, is_active, provider,
              purchase_date, monthly_cost, features, notes, created_at, updated_at)
    on public.business_numbers to service_role;
grant select, insert, update, delete on public.business_numbers to console;

drop policy if exists business_numbers_select_authenticated on public.business_numbers;
create policy business_numbers_select_authenticated on public.business_numbers for select to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists business_numbers_update_authenticated on public.business_numbers;
create policy business_numbers_update_authenticated on public.business_numbers for update to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null) with check (user_id = (select auth.uid()));
drop policy if exists business_numbers_select_voice_agent on public.business_numbers;
create policy business_numbers_select_voice_agent on public.business_numbers for select to voice_agent
    using (deleted_at is null);
drop policy if exists business_numbers_all_console on public.business_numbers;
create policy business_numbers_all_console on public.business_numbers for all to console
    using (true) with check (true);
