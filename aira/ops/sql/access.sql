-- Grants and policies of the tables of operations.
alter table private.archives enable row level security;
revoke all on private.archives from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- drop_month writes this table, and so does the owner who restores a month.
grant select on private.archives to console;
drop policy if exists archives_select_console on private.archives;
create policy archives_select_console on private.archives for select to console using (true);
