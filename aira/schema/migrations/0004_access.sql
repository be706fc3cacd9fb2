-- Who may do what to the platform's own tables.
alter table private.service_endpoints enable row level security;
revoke all on private.service_endpoints from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update, delete on private.service_endpoints to console;

drop policy if exists service_endpoints_all_console on private.service_endpoints;
create policy service_endpoints_all_console on private.service_endpoints
    for all to console using (true) with check (true);

alter table private.webhook_deliveries enable row level security;
revoke all on private.webhook_deliveries from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Written by the triggers of what they tell about; the worker claims and reports, staff replay.
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
