-- Grants and policies of the tables of operations.
alter table private.archives enable row level security;
revoke all on private.archives from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- drop_month writes this table, and so does the owner who restores a month.
grant select on private.archives to console;
drop policy if exists archives_select_console on private.archives;
create policy archives_select_console on private.archives for select to console using (true);
-- Figures about statements, locks, sizes and indexes: the worker writes them as the owner.
alter table private.statements enable row level security;
revoke all on private.statements from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.statements to console;
drop policy if exists statements_select_console on private.statements;
create policy statements_select_console on private.statements for select to console using (true);
alter table private.statement_samples enable row level security;
revoke all on private.statement_samples from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.statement_samples to console;
drop policy if exists statement_samples_select_console on private.statement_samples;
create policy statement_samples_select_console on private.statement_samples for select to console using (true);
alter table private.statement_snapshots enable row level security;
revoke all on private.statement_snapshots from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.statement_snapshots to console;
drop policy if exists statement_snapshots_select_console on private.statement_snapshots;
create policy statement_snapshots_select_console on private.statement_snapshots for select to console using (true);
alter table private.lock_waits enable row level security;
revoke all on private.lock_waits from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.lock_waits to console;
drop policy if exists lock_waits_select_console on private.lock_waits;
create policy lock_waits_select_console on private.lock_waits for select to console using (true);
alter table private.relation_sizes enable row level security;
revoke all on private.relation_sizes from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.relation_sizes to console;
drop policy if exists relation_sizes_select_console on private.relation_sizes;
create policy relation_sizes_select_console on private.relation_sizes for select to console using (true);
alter table private.index_uses enable row level security;
revoke all on private.index_uses from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.index_uses to console;
drop policy if exists index_uses_select_console on private.index_uses;
create policy index_uses_select_console on private.index_uses for select to console using (true);
