-- AFTER trigger on transactions, for each statement. It posts the rows of a statement that writes several: it
-- moves the money of transactions that became completed, refunded, held or released, writes the ledger, and
-- creates wallets on first need. A statement that writes one row is left to private.post_transaction().
-- Wallets are locked in the order of their accounts, since row by row, opposite bulk updates deadlocked.
-- Within a wallet, credits come before debits. The row of a wallet is written once, after its last posting:
-- writing it each time left old row versions that the transaction can't clear, so the cost grew with the
-- square of the number.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_moves refcursor;
    v_move record;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric;
    v_held_inr numeric;
    v_id uuid;
    -- The wallet of the current account, ahead of its row.
    v_wallet public.wallets;
    -- Posted payments, and accounts whose stopped wallet may pay its debts.
    v_paid uuid[];
    v_stopped uuid[];
begin
    if not exists (select from new_rows offset 1) then
        return null;
    end if;
    if tg_op = 'INSERT' then
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency, 'post' as kind,
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.status = 'pending' then n.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end as contra
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund'
                            when n.refunded_amount < o.refunded_amount then 'reinstate' else 'post' end as kind,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end as contra
                -- A full join uses hash or merge, even in a plan that was made for few rows. A nested loop
                -- over many rows would take far too long.
                from new_rows n full join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        fetch v_moves into v_move;
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
        if v_move.contra = 'stripe' and v_move.kind = 'post' and v_move.amount > 0 then
            v_paid := v_paid || v_move.id;
        end if;
        if not v_wallet.is_active and (v_move.amount > 0 or v_move.held < 0) then
            v_stopped := v_stopped || v_move.user_id;
        end if;
    end loop;
    if v_paid is not null then
        perform private.apply_paid(v_paid);
    end if;
    perform private.settle_debts(u.id) from (select distinct u as id from pg_catalog.unnest(v_stopped) u order by u) u;
    return null;
end $$;

revoke all on function private.post_transactions() from public;
