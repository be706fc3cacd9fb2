-- Grants and policies of payments and their facts. The functions record_* write them; the console reads them.
alter table private.payments enable row level security;
alter table private.payment_facts enable row level security;
revoke all on private.payments, private.payment_facts
    from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payments, private.payment_facts to console;
drop policy if exists payments_select_console on private.payments;
create policy payments_select_console on private.payments for select to console using (true);
drop policy if exists payment_facts_select_console on private.payment_facts;
create policy payment_facts_select_console on private.payment_facts for select to console using (true);
