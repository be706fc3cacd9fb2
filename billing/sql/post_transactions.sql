-- AFTER trigger on transactions, for each statement. It moves the money of transactions that became
-- completed, refunded, held or released, and writes the ledger. It creates the wallet on first need. All of
-- it happens in the writer's own database transaction, once for each transaction. Wallets are locked in the
-- order of their accounts, since row by row, opposite bulk updates deadlocked. Within a wallet, credits come
-- before debits.
-- A statement that posts one row takes a short way, because sorting, joining and a cursor cost as much as the
-- posting. In a statement that posts many, the first posting of a wallet updates and locks its row, the
-- following ones update variables, and the row is written once more at the end. Writing it each time left old
-- row versions that the transaction can't clear, so the cost grew with the square of the number.
-- Last, it applies reports that arrived before their payment was recorded, and pays the debts of stopped
-- wallets.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transactions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_many boolean;
    v_moves refcursor;
    v_transaction_id uuid;
    v_user_id uuid;
    v_currency text;
    v_kind text := 'post';
    -- The change of the balance, and of the part of it that holds reserve.
    v_amount numeric;
    v_held numeric := 0;
    v_contra text;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric := 0;
    v_held_inr numeric := 0;
    v_id uuid;
    v_at timestamptz;
    v_wallet_id uuid;
    v_seq bigint;
    v_hash bytea;
    v_balance_usd numeric;
    v_balance_inr numeric;
    v_reserved_usd numeric;
    v_reserved_inr numeric;
    v_active boolean;
    -- For many rows: the account whose wallet the variables above describe, and whether they are ahead of its
    -- row.
    v_head_of uuid;
    v_ahead boolean := false;
    v_fits boolean;
    -- Posted payments, and accounts whose stopped wallet may pay its debts.
    v_paid uuid[];
    v_stopped uuid[];
begin
    if tg_op = 'INSERT' then
        select n.hold or exists (select from new_rows r where r.id <> n.id), n.id, n.user_id, n.currency,
               case n.type when 'credit' then n.amount else -n.amount end,
               case when n.stripe_payment_intent_id is not null then 'stripe'
                    when n.business_number_id is not null then 'number' else 'adjustment' end
        into v_many, v_transaction_id, v_user_id, v_currency, v_amount, v_contra
        from new_rows n where n.status = 'completed' or (n.hold and n.status = 'pending');
        if v_many is null then
            return null;
        end if;
    else
        select false, n.id, n.user_id, n.currency,
               case n.type when 'credit' then n.amount else -n.amount end,
               case when n.stripe_payment_intent_id is not null then 'stripe'
                    when n.business_number_id is not null then 'number' else 'adjustment' end
        into v_many, v_transaction_id, v_user_id, v_currency, v_amount, v_contra
        from new_rows n, old_rows o
        where n.status = 'completed' and o.status in ('pending', 'failed') and not o.hold
          and not exists (select from new_rows offset 1);
        v_many := v_many is null;
    end if;

    if not v_many then
        null;
    elsif tg_op = 'INSERT' then
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency, 'post',
                       case when n.status <> 'completed' then 0 when n.type = 'credit' then n.amount else -n.amount end as amount,
                       case when n.status = 'pending' then n.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end
                from new_rows n
                where n.status = 'completed' or (n.hold and n.status = 'pending')) m
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    else
        open v_moves for
            select m.* from (
                select n.id, n.user_id, n.currency,
                       case when n.refunded_amount > o.refunded_amount then 'refund'
                            when n.refunded_amount < o.refunded_amount then 'reinstate' else 'post' end,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end
                -- A full join uses hash or merge, even in a plan that was made for few rows. A nested loop
                -- over many rows would take far too long.
                from new_rows n full join old_rows o on o.id = n.id) m
            where m.amount <> 0 or m.held <> 0
            order by m.user_id, m.amount < 0, m.held > 0, m.id;
    end if;

    loop
        if v_many then
            fetch v_moves into v_transaction_id, v_user_id, v_currency, v_kind, v_amount, v_held, v_contra;
            v_held_usd := case v_currency when 'USD' then v_held else 0 end;
            v_held_inr := v_held - v_held_usd;
        end if;
        v_usd := case v_currency when 'USD' then v_amount else 0 end;
        v_inr := v_amount - v_usd;
        if v_many then
            v_fits := v_user_id = v_head_of
                      and (v_active or case v_amount when 0 then v_held < 0 else v_amount > 0 or v_kind = 'refund' end)
                      and v_reserved_usd + v_held_usd between 0 and v_balance_usd + v_usd and v_balance_usd + v_usd <= 99999999.99
                      and v_reserved_inr + v_held_inr between 0 and v_balance_inr + v_inr and v_balance_inr + v_inr <= 99999999.99;
            -- The row belongs to another account, there are no more rows, or the wallet's row must refuse it.
            if v_ahead and v_fits is not true then
                update public.wallets w
                set balance_usd = v_balance_usd, balance_inr = v_balance_inr, held_usd = v_reserved_usd, held_inr = v_reserved_inr,
                    ledger_seq = v_seq, ledger_at = v_at, ledger_hash = v_hash
                where w.id = v_wallet_id;
                v_ahead := false;
            end if;
            exit when v_transaction_id is null;
        end if;
        v_id := pg_catalog.gen_random_uuid();
        if v_fits then
            v_balance_usd := v_balance_usd + v_usd;
            v_balance_inr := v_balance_inr + v_inr;
            v_reserved_usd := v_reserved_usd + v_held_usd;
            v_reserved_inr := v_reserved_inr + v_held_inr;
            if v_amount <> 0 then
                v_seq := v_seq + 1;
                v_at := greatest(pg_catalog.clock_timestamp(), v_at);
                v_hash := private.ledger_hash(
                    v_hash, v_id, v_user_id, v_wallet_id, v_transaction_id, v_seq, v_kind, v_currency, v_amount,
                    case v_currency when 'USD' then v_balance_usd else v_balance_inr end, v_contra, v_at);
            end if;
            v_ahead := true;
        else
            -- The wallet stores the head of its chain, so one statement locks it and moves the money. If the
            -- money does not fit, the statement finds no wallet.
            for v_try in 1..2 loop
                v_at := pg_catalog.clock_timestamp();
                if v_amount = 0 then
                    update public.wallets w
                    set held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr, updated_at = pg_catalog.now()
                    where w.user_id = v_user_id
                      and (w.is_active or v_held < 0)
                      and w.held_usd + v_held_usd between 0 and w.balance_usd
                      and w.held_inr + v_held_inr between 0 and w.balance_inr
                    returning w.id, w.ledger_seq, w.ledger_hash, w.ledger_at, w.balance_usd, w.balance_inr,
                              w.held_usd, w.held_inr, w.is_active
                    into v_wallet_id, v_seq, v_hash, v_at, v_balance_usd, v_balance_inr,
                         v_reserved_usd, v_reserved_inr, v_active;
                else
                    update public.wallets w
                    set balance_usd = w.balance_usd + v_usd, balance_inr = w.balance_inr + v_inr,
                        held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr,
                        updated_at = pg_catalog.now(),
                        ledger_seq = w.ledger_seq + 1,
                        -- The time rises with seq, even if transactions end in another order than they began,
                        -- or the clock is set back.
                        ledger_at = greatest(v_at, w.ledger_at),
                        -- This is private.ledger_hash() inline: the call takes longer than the hash.
                        ledger_hash = pg_catalog.sha256(coalesce(w.ledger_hash, ''::bytea) || pg_catalog.convert_to(
                            pg_catalog.concat_ws('|', v_id, v_user_id, w.id, v_transaction_id, w.ledger_seq + 1, v_kind, v_currency,
                                                 v_amount,
                                                 case v_currency when 'USD' then w.balance_usd else w.balance_inr end + v_amount,
                                                 v_contra, extract(epoch from greatest(v_at, w.ledger_at))), 'UTF8'))
                    where w.user_id = v_user_id
                      and (w.is_active or v_amount > 0 or v_kind = 'refund')
                      and w.held_usd + v_held_usd between 0 and w.balance_usd + v_usd and w.balance_usd + v_usd <= 99999999.99
                      and w.held_inr + v_held_inr between 0 and w.balance_inr + v_inr and w.balance_inr + v_inr <= 99999999.99
                    returning w.id, w.ledger_seq, w.ledger_hash, w.ledger_at, w.balance_usd, w.balance_inr,
                              w.held_usd, w.held_inr, w.is_active
                    into v_wallet_id, v_seq, v_hash, v_at, v_balance_usd, v_balance_inr,
                         v_reserved_usd, v_reserved_inr, v_active;
                end if;
                exit when found;
                if v_try = 2 then
                    raise exception 'the wallet of account % could not take the posting after two tries', v_user_id;
                end if;
                perform private.require_wallet(v_user_id, v_transaction_id, v_kind, v_currency, v_amount, v_held);
            end loop;
            v_head_of := v_user_id;
        end if;
        if v_amount <> 0 then
            insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                               balance_after, contra, hash, created_at, updated_at)
            values (v_id, v_user_id, v_wallet_id, v_transaction_id, v_seq, v_kind, v_currency, v_amount,
                    case v_currency when 'USD' then v_balance_usd else v_balance_inr end, v_contra, v_hash, v_at, v_at);
        end if;
        -- One condition for both, since PL/pgSQL prepares each expression anew in every transaction.
        if v_contra = 'stripe' or not v_active then
            if v_amount > 0 and v_contra = 'stripe' and v_kind = 'post' then
                v_paid := v_paid || v_transaction_id;
            end if;
            if not v_active and (v_amount > 0 or v_held < 0) then
                v_stopped := v_stopped || v_user_id;
            end if;
        end if;
        exit when not v_many;
    end loop;
    if v_paid is not null or v_stopped is not null then
        if v_paid is not null then
            perform private.apply_paid(v_paid);
        end if;
        perform private.settle_debts(u.id) from (select distinct u as id from pg_catalog.unnest(v_stopped) u order by u) u;
    end if;
    return null;
end $$;

revoke all on function private.post_transactions() from public;
