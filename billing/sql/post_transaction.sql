-- AFTER trigger on transactions, for each row. It posts the row of a statement that writes one row: it moves
-- the money, writes the ledger entry, and creates the wallet on first need. All of it happens in the writer's
-- own database transaction. Statements that write several rows are left to private.post_transactions().
-- The entry of a completion has the id of its transaction, so the primary key refuses a second one.
-- Last, it applies reports that arrived before their payment was recorded, and pays the debts of a stopped
-- wallet.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: see private.require_wallet.
create or replace function private.post_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_id uuid := new.id;
    v_kind text := 'post';
    -- A variable, since RETURNING has its own `new` from PostgreSQL 18 on.
    v_currency text := new.currency;
    -- The change of the balance, and of the part of it that holds reserve.
    v_amount numeric;
    v_held numeric := 0;
    v_usd numeric;
    v_inr numeric;
    v_held_usd numeric := 0;
    v_held_inr numeric := 0;
    v_contra text;
    v_at timestamptz := pg_catalog.clock_timestamp();
    v_wallet_id uuid;
    v_seq bigint;
    v_hash bytea;
    v_balance numeric;
    v_active boolean;
begin
    if exists (select from new_rows offset 1) then
        return null;
    end if;
    v_amount := case new.type when 'credit' then new.amount else -new.amount end;
    -- Usually a row without a hold becomes completed. An insert has no old row, so the conditions on it are null.
    if new.status <> 'completed' or old.status in ('completed', 'refunded') or old.hold then
        v_held := case when new.hold and new.status = 'pending' then new.amount else 0 end
                  - case when old.hold and old.status = 'pending' then old.amount else 0 end;
        if new.status <> 'completed' or old.status in ('completed', 'refunded') then
            v_amount := case new.type when 'credit' then 1 else -1 end * (old.refunded_amount - new.refunded_amount);
        end if;
        v_amount := coalesce(v_amount, 0);
        if v_amount = 0 and v_held = 0 then
            return null;
        end if;
        if new.refunded_amount <> old.refunded_amount then
            v_kind := case when new.refunded_amount > old.refunded_amount then 'refund' else 'reinstate' end;
            v_id := pg_catalog.gen_random_uuid();
        end if;
        v_held_usd := case v_currency when 'USD' then v_held else 0 end;
        v_held_inr := v_held - v_held_usd;
    end if;
    v_usd := case v_currency when 'USD' then v_amount else 0 end;
    v_inr := v_amount - v_usd;
    v_contra := case when new.stripe_payment_intent_id is not null then 'stripe'
                     when new.business_number_id is not null then 'number' else 'adjustment' end;

    -- The wallet stores the head of its chain, so one statement locks it and moves the money. If the money
    -- does not fit, the statement finds no wallet.
    for v_try in 1..2 loop
        if v_amount = 0 then
            update public.wallets w
            set held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr, updated_at = pg_catalog.now()
            where w.user_id = new.user_id
              and (w.is_active or v_held < 0)
              and w.held_usd + v_held_usd between 0 and w.balance_usd
              and w.held_inr + v_held_inr between 0 and w.balance_inr
            returning w.is_active into v_active;
        else
            update public.wallets w
            set balance_usd = w.balance_usd + v_usd, balance_inr = w.balance_inr + v_inr,
                held_usd = w.held_usd + v_held_usd, held_inr = w.held_inr + v_held_inr,
                updated_at = v_at,
                ledger_seq = w.ledger_seq + 1,
                -- The time rises with seq, even if transactions end in another order than they began, or the
                -- clock is set back.
                ledger_at = greatest(v_at, w.ledger_at),
                -- This is private.ledger_hash() inline: the call takes longer than the hash.
                ledger_hash = pg_catalog.sha256(coalesce(w.ledger_hash, ''::bytea) || pg_catalog.convert_to(
                    pg_catalog.concat_ws('|', v_id, new.user_id, w.id, new.id, w.ledger_seq + 1, v_kind, new.currency, v_amount,
                                         case v_currency when 'USD' then w.balance_usd else w.balance_inr end + v_amount,
                                         v_contra, extract(epoch from greatest(v_at, w.ledger_at))), 'UTF8'))
            where w.user_id = new.user_id
              and (w.is_active or v_amount > 0 or v_kind = 'refund')
              and w.held_usd + v_held_usd between 0 and w.balance_usd + v_usd and w.balance_usd + v_usd <= 99999999.99
              and w.held_inr + v_held_inr between 0 and w.balance_inr + v_inr and w.balance_inr + v_inr <= 99999999.99
            returning w.id, w.ledger_seq, w.ledger_hash, w.ledger_at, w.is_active,
                      case v_currency when 'USD' then w.balance_usd else w.balance_inr end
            into v_wallet_id, v_seq, v_hash, v_at, v_active, v_balance;
        end if;
        exit when found;
        if v_try = 2 then
            raise exception 'the wallet of account % could not take the posting after two tries', new.user_id;
        end if;
        perform private.require_wallet(new.user_id, new.id, v_kind, new.currency, v_amount, v_held);
        v_at := pg_catalog.clock_timestamp();
    end loop;
    if v_amount <> 0 then
        insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount,
                                           balance_after, contra, hash, created_at, updated_at)
        values (v_id, new.user_id, v_wallet_id, new.id, v_seq, v_kind, new.currency, v_amount, v_balance, v_contra, v_hash, v_at, v_at);
    end if;
    -- One condition for both, since PL/pgSQL prepares each expression anew in every transaction.
    if v_contra = 'stripe' or not v_active then
        if v_amount > 0 and v_contra = 'stripe' and v_kind = 'post' then
            perform private.apply_paid(array[new.id]);
        end if;
        if not v_active and (v_amount > 0 or v_held < 0) then
            perform private.settle_debts(new.user_id);
        end if;
    end if;
    return null;
end $$;

revoke all on function private.post_transaction() from public;
