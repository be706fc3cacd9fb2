-- Post the changes of transactions: move the money of those that became completed, refunded, held or released,
-- write the ledger, and create wallets on first need. private.post_transaction() calls it.
-- Within a wallet, credits come before debits. The row of a wallet is written once, after its last posting:
-- writing it each time left old row versions that the transaction can't clear, so the cost grew with the
-- square of the number.
-- p_moves: an open cursor over id, user_id and currency of transactions and their private.movement(), in the
--   order of accounts: wallets are locked in that order, since in any other, opposite bulk updates deadlocked.
-- Errors: see private.require_wallet.
create or replace function private.post_transactions(p_moves refcursor)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_move record;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric;
    v_held_inr numeric;
    v_id uuid;
    -- The wallet of the current account, ahead of its row.
    v_wallet public.wallets;
begin
    loop
        fetch p_moves into v_move;
        if v_wallet.user_id <> v_move.user_id or v_move.id is null then
            perform private.write_head(v_wallet);
        end if;
        exit when v_move.id is null;
        if v_wallet.user_id is distinct from v_move.user_id then
            select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id for no key update;
            if not found then
                perform private.require_wallet(v_move.user_id, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_move.held);
                select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id;
            end if;
        end if;
        v_usd := case v_move.currency when 'USD' then v_move.amount else 0 end;
        v_inr := v_move.amount - v_usd;
        v_held_usd := case v_move.currency when 'USD' then v_move.held else 0 end;
        v_held_inr := v_move.held - v_held_usd;
        if not ((v_wallet.is_active or case v_move.amount when 0 then v_move.held < 0 else v_move.amount > 0 or v_move.kind = 'refund' end)
                and v_wallet.held_usd + v_held_usd between 0 and v_wallet.balance_usd + v_usd and v_wallet.balance_usd + v_usd <= 99999999.99
                and v_wallet.held_inr + v_held_inr between 0 and v_wallet.balance_inr + v_inr and v_wallet.balance_inr + v_inr <= 99999999.99) then
            perform private.write_head(v_wallet);
            perform private.require_wallet(v_move.user_id, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_move.held);
            raise exception 'the wallet of account % could not take the posting', v_move.user_id;
        end if;
        v_wallet.balance_usd := v_wallet.balance_usd + v_usd;
        v_wallet.balance_inr := v_wallet.balance_inr + v_inr;
        v_wallet.held_usd := v_wallet.held_usd + v_held_usd;
        v_wallet.held_inr := v_wallet.held_inr + v_held_inr;
        if v_move.amount <> 0 then
            v_id := case v_move.kind when 'post' then v_move.id else pg_catalog.gen_random_uuid() end;
            v_wallet.ledger_seq := v_wallet.ledger_seq + 1;
            v_wallet.ledger_at := greatest(pg_catalog.clock_timestamp(), v_wallet.ledger_at);
            v_wallet.ledger_hash := private.ledger_hash(
                v_wallet.ledger_hash, v_id, v_move.user_id, v_wallet.id, v_move.id, v_wallet.ledger_seq, v_move.kind, v_move.currency,
                v_move.amount, case v_move.currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end,
                v_move.contra, v_wallet.ledger_at);
            insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                               balance_after, contra, hash, created_at, updated_at)
            values (v_id, v_move.user_id, v_wallet.id, v_move.id, v_wallet.ledger_seq, v_move.kind, v_move.currency, v_move.amount,
                    case v_move.currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end, v_move.contra,
                    v_wallet.ledger_hash, v_wallet.ledger_at, v_wallet.ledger_at);
        end if;
    end loop;
    close p_moves;
end $$;

revoke all on function private.post_transactions(refcursor) from public;
