-- Who may do what to the platform's own tables.
alter table private.service_endpoints enable row level security;
revoke all on private.service_endpoints from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update, delete on private.service_endpoints to console;

drop policy if exists service_endpoints_all_console on private.service_endpoints;
create policy service_endpoints_all_console on private.service_endpoints
    for all to console using (true) with check (true);
