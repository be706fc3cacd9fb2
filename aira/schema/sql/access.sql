-- Grants and policies of the platform's own tables.
alter table private.service_endpoints enable row level security;
revoke all on private.service_endpoints from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update, delete on private.service_endpoints to console;

drop policy if exists service_endpoints_all_console on private.service_endpoints;
create policy service_endpoints_all_console on private.service_endpoints
    for all to console using (true) with check (true);

alter table private.webhook_deliveries enable row level security;
revoke all on private.webhook_deliveries from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Triggers of the tables that it reports on write it. The worker claims deliveries and reports on them; staff
-- replay them.
grant select, update on private.webhook_deliveries to console;
drop policy if exists webhook_deliveries_all_console on private.webhook_deliveries;
create policy webhook_deliveries_all_console on private.webhook_deliveries
    for all to console using (true) with check (true);

alter table private.delivery_attempts enable row level security;
revoke all on private.delivery_attempts from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert on private.delivery_attempts to console;
drop policy if exists delivery_attempts_all_console on private.delivery_attempts;
create policy delivery_attempts_all_console on private.delivery_attempts
    for all to console using (true) with check (true);

alter table audit.events enable row level security;
revoke all on audit.events from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Only functions of the owner write it, such as record_change.
grant select on audit.events to console;
drop policy if exists events_select_console on audit.events;
create policy events_select_console on audit.events
    for select to console using (true);
