-- Who may do what to the tables of operations.
alter table private.archives enable row level security;
revoke all on private.archives from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update on private.archives to console;
drop policy if exists archives_all_console on private.archives;
create policy archives_all_console on private.archives
    for all to console using (true) with check (true);
