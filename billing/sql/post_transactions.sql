-- AFTER trigger on transactions, by statement: moves the money of what became completed, refunded, held or released, and
-- writes the ledger; makes the wallet on first need. In the writer's own transaction, once per transaction. Wallets are
-- locked in the order of their accounts (row by row, opposite bulk updates deadlocked), and within a wallet credits come
-- before debits.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: 23514 wallet_balance_not_negative (DETAIL is JSON: required, available, currency), wallet_is_active,
--         wallet_balance_limit.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_moves refcursor;
    v_move record;
    v_wallet public.wallets;
    v_balance numeric;
    v_held numeric;
begin
    -- amount: what is added to the balance; held: what is added to the part of it that is reserved.
    if tg_op = 'INSERT' then
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency, 'post' as kind,
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end as held,
                       n.stripe_payment_intent_id, n.business_number_id
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund' else 'post' end as kind,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       n.stripe_payment_intent_id, n.business_number_id
                from new_rows n join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        fetch v_moves into v_move;
        exit when not found;
        if v_wallet.user_id is distinct from v_move.user_id then
            select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id for update;
            if not found then
                -- On first need. Of two that need it at once, one makes it and both go on with it.
                insert into public.wallets (user_id, currency) values (v_move.user_id, v_move.currency)
                    on conflict (user_id) do nothing;
                select w.* into v_wallet from public.wallets w where w.user_id = v_move.user_id for update;
            end if;
        end if;
        v_balance := case v_move.currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end;
        v_held := case v_move.currency when 'USD' then v_wallet.held_usd else v_wallet.held_inr end;

        if (v_move.held > 0 or (v_move.amount < 0 and v_move.kind = 'post')) and not v_wallet.is_active then
            raise exception 'the wallet of account % is not active', v_move.user_id
                using errcode = 'check_violation', constraint = 'wallet_is_active', schema = 'public', table = 'wallets',
                      hint = 'Activate the wallet first; while it is not active it takes credits alone.';
        end if;
        if v_balance + v_move.amount < v_held + v_move.held then
            raise exception 'wallet of % has % % to spend, % needs %', v_move.user_id,
                    v_balance - v_held - least(v_move.held, 0), v_move.currency, v_move.id, greatest(-v_move.amount, v_move.held)
                using errcode = 'check_violation', constraint = 'wallet_balance_not_negative',
                      schema = 'public', table = 'wallets',
                      detail = pg_catalog.json_build_object(
                          'required', greatest(-v_move.amount, v_move.held)::text,
                          'available', (v_balance - v_held - least(v_move.held, 0))::text,
                          'currency', v_move.currency),
                      hint = 'Ask the customer to top up, then complete the transaction again.';
        end if;
        if v_balance + v_move.amount > 99999999.99 then
            raise exception 'the wallet of account % would hold more than 99999999.99 %', v_move.user_id, v_move.currency
                using errcode = 'check_violation', constraint = 'wallet_balance_limit', schema = 'public', table = 'wallets',
                      hint = 'Pay out a part of the balance first.';
        end if;

        update public.wallets w
        set balance_usd = w.balance_usd + case v_move.currency when 'USD' then v_move.amount else 0 end,
            balance_inr = w.balance_inr + case v_move.currency when 'INR' then v_move.amount else 0 end,
            held_usd = w.held_usd + case v_move.currency when 'USD' then v_move.held else 0 end,
            held_inr = w.held_inr + case v_move.currency when 'INR' then v_move.held else 0 end
        where w.id = v_wallet.id
        returning w.* into v_wallet;
        if v_move.amount <> 0 then
            perform private.append_entry(
                v_wallet, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_balance + v_move.amount,
                case when v_move.stripe_payment_intent_id is not null then 'stripe'
                     when v_move.business_number_id is not null then 'number'
                     else 'adjustment' end);
        end if;
    end loop;
    close v_moves;
    return null;
end $$;

revoke all on function private.post_transactions() from public;
