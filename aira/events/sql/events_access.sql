-- Grants and policies of the events. Only functions of the owner write them.
alter table private.events enable row level security;
revoke all on private.events from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.events to console;
drop policy if exists events_select_console on private.events;
create policy events_select_console on private.events
    for select to console using (true);
revoke all on sequence private.events_id_seq from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
revoke all on sequence private.event_positions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
