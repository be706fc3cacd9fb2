-- Grants and policies of private.refunds. private.refund() writes them; the console reads them.
alter table private.refunds enable row level security;
revoke all on private.refunds from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.refunds to console;
drop policy if exists refunds_select_console on private.refunds;
create policy refunds_select_console on private.refunds for select to console using (true);
