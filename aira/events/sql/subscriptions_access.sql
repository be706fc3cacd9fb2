-- Grants and policies of subscriptions. Only the site makes and changes them.
alter table private.webhook_subscriptions enable row level security;
revoke all on private.webhook_subscriptions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update on private.webhook_subscriptions to console;
drop policy if exists webhook_subscriptions_all_console on private.webhook_subscriptions;
create policy webhook_subscriptions_all_console on private.webhook_subscriptions
    for all to console using (true) with check (true);
