-- Grants and policies of wallets, transactions and ledger entries. Users read their own rows. Services write
-- transactions. No role writes balances or ledger entries.
alter table public.wallets enable row level security;
alter table public.transactions enable row level security;
alter table public.ledger_entries enable row level security;
revoke all on public.wallets, public.transactions, public.ledger_entries
    from public, anon, authenticated, service_role, voice_agent, kb_updater, console;

grant select on public.wallets, public.transactions, public.ledger_entries to authenticated, service_role, console;
grant insert (user_id, currency, is_active), update (currency, is_active) on public.wallets to service_role, console;
grant insert, update on public.transactions to service_role, console;

drop policy if exists wallets_select_authenticated on public.wallets;
create policy wallets_select_authenticated on public.wallets for select to authenticated
    using (user_id = (select auth.uid()));
drop policy if exists wallets_all_console on public.wallets;
create policy wallets_all_console on public.wallets for all to console using (true) with check (true);

drop policy if exists transactions_select_authenticated on public.transactions;
create policy transactions_select_authenticated on public.transactions for select to authenticated
    using (user_id = (select auth.uid()));
drop policy if exists transactions_all_console on public.transactions;
create policy transactions_all_console on public.transactions for all to console using (true) with check (true);

drop policy if exists ledger_entries_select_authenticated on public.ledger_entries;
create policy ledger_entries_select_authenticated on public.ledger_entries for select to authenticated
    using (user_id = (select auth.uid()));
drop policy if exists ledger_entries_select_console on public.ledger_entries;
create policy ledger_entries_select_console on public.ledger_entries for select to console using (true);
