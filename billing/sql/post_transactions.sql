-- AFTER trigger on transactions, by statement: moves the money of what became completed, refunded, held or released, and
-- writes the ledger; makes the wallet on first need. In the writer's own transaction, once per transaction. Wallets are
-- locked in the order of their accounts (row by row, opposite bulk updates deadlocked), and within a wallet credits come
-- before debits.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: those of private.require_wallet.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_moves refcursor;
    v_move record;
    v_id uuid;
    v_now timestamptz;
begin
    -- amount: what is added to the balance; held: what is added to the part of it that is reserved.
    if tg_op = 'INSERT' then
        open v_moves for
            select m.*,
                   case m.currency when 'USD' then m.amount else 0 end as usd,
                   case m.currency when 'INR' then m.amount else 0 end as inr,
                   case m.currency when 'USD' then m.held else 0 end as held_usd,
                   case m.currency when 'INR' then m.held else 0 end as held_inr
            from (
                select n.id, n.user_id, n.currency, 'post' as kind,
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end as contra
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.*,
                   case m.currency when 'USD' then m.amount else 0 end as usd,
                   case m.currency when 'INR' then m.amount else 0 end as inr,
                   case m.currency when 'USD' then m.held else 0 end as held_usd,
                   case m.currency when 'INR' then m.held else 0 end as held_inr
            from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund' else 'post' end as kind,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end as contra
                from new_rows n join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        fetch v_moves into v_move;
        exit when not found;
        v_id := pg_catalog.gen_random_uuid();
        -- One statement locks the wallet, moves the money and writes the entry: each costs as much as all of its work. The
        -- wallet keeps the head of its chain, so that nothing is read before; what does not fit finds no wallet.
        for v_try in 1..2 loop
            v_now := pg_catalog.clock_timestamp();
            if v_move.amount = 0 then
                update public.wallets w
                set held_usd = w.held_usd + v_move.held_usd, held_inr = w.held_inr + v_move.held_inr,
                    updated_at = pg_catalog.now()
                where w.user_id = v_move.user_id
                  and (w.is_active or v_move.held < 0)
                  and w.balance_usd >= w.held_usd + v_move.held_usd
                  and w.balance_inr >= w.held_inr + v_move.held_inr;
            else
                with wallet as (
                    update public.wallets w
                    set balance_usd = w.balance_usd + v_move.usd, balance_inr = w.balance_inr + v_move.inr,
                        held_usd = w.held_usd + v_move.held_usd, held_inr = w.held_inr + v_move.held_inr,
                        updated_at = pg_catalog.now(),
                        ledger_seq = w.ledger_seq + 1,
                        -- Rises with seq, also when transactions end in another order than they began, or the clock is set back.
                        ledger_at = greatest(v_now, w.ledger_at),
                        ledger_hash = private.ledger_hash(
                            w.ledger_hash, v_id, v_move.user_id, w.id, v_move.id, w.ledger_seq + 1, v_move.kind, v_move.currency,
                            v_move.amount, case v_move.currency when 'USD' then w.balance_usd else w.balance_inr end + v_move.amount,
                            v_move.contra, greatest(v_now, w.ledger_at))
                    where w.user_id = v_move.user_id
                      and (w.is_active or v_move.amount > 0 or v_move.kind = 'refund')
                      and w.balance_usd + v_move.usd between w.held_usd + v_move.held_usd and 99999999.99
                      and w.balance_inr + v_move.inr between w.held_inr + v_move.held_inr and 99999999.99
                    returning w.*)
                insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                                   balance_after, contra, hash, created_at, updated_at)
                select v_id, v_move.user_id, w.id, v_move.id, w.ledger_seq, v_move.kind, v_move.currency, v_move.amount,
                       case v_move.currency when 'USD' then w.balance_usd else w.balance_inr end,
                       v_move.contra, w.ledger_hash, w.ledger_at, w.ledger_at
                from wallet w;
            end if;
            exit when found;
            if v_try = 2 then
                raise exception 'the wallet of account % takes no posting', v_move.user_id;
            end if;
            perform private.require_wallet(
                v_move.user_id, v_move.id, v_move.kind, v_move.currency, v_move.amount, v_move.held);
        end loop;
    end loop;
    close v_moves;
    return null;
end $$;

revoke all on function private.post_transactions() from public;
