-- Grants and policies of the sync. Only functions of the owner write its tables.
alter table private.row_changes enable row level security;
revoke all on private.row_changes from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.row_changes to console;
drop policy if exists row_changes_select_console on private.row_changes;
create policy row_changes_select_console on private.row_changes
    for select to console using (true);
revoke all on sequence private.row_changes_id_seq from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
alter table private.row_positions enable row level security;
revoke all on private.row_positions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.row_positions to console;
drop policy if exists row_positions_select_console on private.row_positions;
create policy row_positions_select_console on private.row_positions
    for select to console using (true);
alter table private.sync_state enable row level security;
revoke all on private.sync_state from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.sync_state to console;
drop policy if exists sync_state_select_console on private.sync_state;
create policy sync_state_select_console on private.sync_state
    for select to console using (true);
