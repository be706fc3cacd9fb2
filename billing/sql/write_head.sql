-- Write the balances, holds and chain head of a wallet to its row. post_transactions keeps them in a variable
-- while it posts the rows of one account. Without a wallet, it does nothing.
create or replace function private.write_head(p_wallet public.wallets)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w
    set balance_usd = p_wallet.balance_usd, balance_inr = p_wallet.balance_inr,
        held_usd = p_wallet.held_usd, held_inr = p_wallet.held_inr, updated_at = pg_catalog.now(),
        ledger_seq = p_wallet.ledger_seq, ledger_at = p_wallet.ledger_at, ledger_hash = p_wallet.ledger_hash
    where w.id = p_wallet.id;
end $$;

revoke all on function private.write_head(public.wallets) from public;
