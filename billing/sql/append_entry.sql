-- Append an entry to the chain of a wallet that is about to be deleted. The caller holds the wallet's lock,
-- so seq has no gaps.
-- p_amount: the change of the balance, in p_currency. p_balance_after: the balance after it.
create or replace function private.append_entry(
    p_wallet public.wallets, p_transaction_id uuid, p_kind text, p_currency text, p_amount numeric, p_balance_after numeric,
    p_contra text)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_entry public.ledger_entries;
    v_previous record;
begin
    select e.seq, e.hash, e.created_at into v_previous
    from public.ledger_entries e where e.wallet_id = p_wallet.id order by e.seq desc limit 1;
    v_entry.id := pg_catalog.gen_random_uuid();
    v_entry.user_id := p_wallet.user_id;
    v_entry.wallet_id := p_wallet.id;
    v_entry.transaction_id := p_transaction_id;
    v_entry.seq := coalesce(v_previous.seq, 0) + 1;
    v_entry.kind := p_kind;
    v_entry.currency := p_currency;
    v_entry.amount := p_amount;
    v_entry.balance_after := p_balance_after;
    v_entry.contra := p_contra;
    -- The time rises with seq, even if transactions end in another order than they began, or the clock is set
    -- back.
    v_entry.created_at := greatest(pg_catalog.clock_timestamp(), v_previous.created_at);
    v_entry.updated_at := v_entry.created_at;
    v_entry.hash := private.ledger_hash(
        v_previous.hash, v_entry.id, v_entry.user_id, v_entry.wallet_id, v_entry.transaction_id, v_entry.seq, v_entry.kind,
        v_entry.currency, v_entry.amount, v_entry.balance_after, v_entry.contra, v_entry.created_at);
    insert into public.ledger_entries select v_entry.*;
end $$;

revoke all on function private.append_entry(public.wallets, uuid, text, text, numeric, numeric, text) from public;
