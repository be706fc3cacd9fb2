-- What stood before: see the living files at that time.
drop function public.record_stripe_event(jsonb, boolean);
drop function private.record_stripe_refund(text, jsonb, timestamptz);
drop function private.stripe_time(jsonb);
drop function private.stripe_payment_of(jsonb);
drop function private.from_minor_units(numeric, text);
drop function private.dismiss_payment(text);
drop function private.retry_payment(text);
drop function public.record_dispute(text, text, text, numeric, text, text, timestamptz, timestamptz);
drop function public.record_refunded_total(text, text, numeric, text, timestamptz);
drop function public.record_refund(text, text, text, numeric, text, text, timestamptz);
drop function public.record_payment(text, text, numeric, text, uuid, text, text, timestamptz);
drop function private.record_payment_fact(text, text, text, text, numeric, text, uuid, text, text, timestamptz, timestamptz);
drop function private.apply_paid(uuid[]);
drop function private.apply_payment(text, public.transactions);
drop function private.follow_facts(text, public.transactions);
drop function private.lock_payment(text);
drop function private.settle_debts_of(uuid);
drop function private.settle_debts(uuid);
drop function private.owe(public.transactions, numeric);
drop function private.resume_wallet(uuid);
drop function private.stop_wallet(uuid);
drop function private.gone_from(public.transactions);
drop function private.paid_twice(numeric, numeric, numeric);
drop view private.payment_sums;
drop view private.payment_objects;
drop function private.payment_fact_rank(text, text);

-- BEFORE trigger on transactions: what a row may say, the states it may pass through (CONTRACT.md, billing), what is frozen once
-- it is posted, and that its number is its owner's. Sets completed_at and refunded_amount; post_transactions moves the money.
-- Here, and not as CHECKs of the table: those are parsed anew by each statement, a fifth of what a posting costs.
-- A refund is refunded_amount going up: to the whole amount it makes the status refunded, and the status makes it whole.
-- Errors: 23514 transaction_amount_positive, transaction_currency_known, hold_is_debit, transaction_status_transition,
--         transaction_is_posted, capture_exceeds_hold, refund_exceeds_amount, transaction_expires_within_calendar,
--         transaction_text_length, transaction_payment_intent_is_id; 23503 transaction_number_of_same_owner.
create or replace function private.check_transaction()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_frozen text;
    v_left numeric;
    v_posted boolean;
begin
    if tg_op = 'INSERT' then
        if new.status = 'refunded' then
            raise exception 'a transaction can''t begin as refunded'
                using errcode = 'check_violation', constraint = 'transaction_status_transition',
                      schema = 'public', table = 'transactions', column = 'status',
                      hint = 'Record it as completed, then refund it.';
        end if;
        new.refunded_amount := 0;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    else
        v_posted := old.status in ('completed', 'refunded');
        if v_posted or (old.hold and old.status = 'pending') or new.id <> old.id then
            v_frozen := case
                when new.id <> old.id then 'id'
                when new.user_id <> old.user_id then 'user_id'
                when new.currency <> old.currency then 'currency'
                when new.type <> old.type then 'type'
                -- Of what only holds money, the rest may change.
                when not v_posted then null
                when new.amount <> old.amount then 'amount'
                when new.hold <> old.hold then 'hold'
                when new.created_at <> old.created_at then 'created_at'
                when new.idempotency_key is distinct from old.idempotency_key then 'idempotency_key'
                when new.stripe_payment_intent_id is distinct from old.stripe_payment_intent_id
                     and old.stripe_payment_intent_id is not null then 'stripe_payment_intent_id'
                when new.refunded_amount < old.refunded_amount then 'refunded_amount'
            end;
            if v_frozen is not null then
                raise exception 'transaction % %: its % can''t change', old.id,
                                case when v_posted then 'is posted'
                                     when new.id <> old.id then 'is recorded' else 'holds money' end, v_frozen
                    using errcode = 'check_violation', constraint = 'transaction_is_posted',
                          schema = 'public', table = 'transactions', column = v_frozen,
                          hint = case when v_posted
                                      then 'Correct a posting by another one: refund it, or record an adjustment.'
                                      else 'Set it to failed, then record another one.' end;
            end if;
        end if;
        if new.status <> old.status and not (
            (old.status = 'pending' and new.status in ('completed', 'failed'))
            or (old.status = 'failed' and new.status in ('pending', 'completed'))
            or (old.status = 'completed' and new.status = 'refunded')
        ) then
            raise exception 'a % transaction can''t become %', old.status, new.status
                using errcode = 'check_violation', constraint = 'transaction_status_transition',
                      schema = 'public', table = 'transactions', column = 'status',
                      hint = case old.status when 'completed' then 'It can be refunded.'
                                             when 'refunded' then 'It is final.'
                                             else 'It can be completed or failed.' end;
        end if;
        if v_posted then
            new.completed_at := old.completed_at;
            if new.status = 'refunded' then
                new.refunded_amount := new.amount;
            end if;
            v_left := old.amount - old.refunded_amount;
            if new.refunded_amount <> old.refunded_amount then
                v_left := v_left - private.owed_of(old.id);
            end if;
            if new.refunded_amount - old.refunded_amount > v_left then
                raise exception 'transaction % has % % left to refund', old.id, v_left, old.currency
                    using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                          schema = 'public', table = 'transactions', column = 'refunded_amount',
                          hint = 'Refund at most what is left.';
            elsif new.refunded_amount = new.amount then
                new.status := 'refunded';
            end if;
        else
            if old.hold and old.status = 'pending' and new.amount > old.amount and (new.hold or new.status = 'completed') then
                raise exception 'transaction % holds % %, % can''t be taken', old.id, old.amount, old.currency, new.amount
                    using errcode = 'check_violation', constraint = 'capture_exceeds_hold',
                          schema = 'public', table = 'transactions', column = 'amount',
                          hint = 'Capture at most the amount held; charge the rest by another transaction.';
            end if;
            -- A failed one no longer counted as taken: what it stands for may have been given back by now.
            if old.status = 'failed' and new.status <> 'failed' then
                v_left := private.left_of_disputed(new.id);
                if new.amount > v_left then
                    raise exception 'transaction % is owed after a dispute, and % % of that payment is left', old.id, v_left, old.currency
                        using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                              schema = 'public', table = 'transactions', column = 'status',
                              hint = 'Leave it failed: the rest of the payment was given back in another way.';
                end if;
            end if;
            new.refunded_amount := 0;
            new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
        end if;
    end if;

    -- numeric takes NaN, which is greater than every number: unlimited spending.
    if not (new.amount > 0 and new.amount <= 99999999.99
            and new.currency in ('USD', 'INR') and (not new.hold or new.type = 'debit')) then
        if not (new.amount > 0 and new.amount <= 99999999.99) then
            raise exception 'a transaction of % is not possible', new.amount
                using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                      schema = 'public', table = 'transactions', column = 'amount',
                      hint = 'Give an amount greater than 0 and at most 99999999.99.';
        elsif new.hold and new.type <> 'debit' then
            raise exception 'a credit can''t hold money'
                using errcode = 'check_violation', constraint = 'hold_is_debit',
                      schema = 'public', table = 'transactions', column = 'hold',
                      hint = 'Record the hold as a debit.';
        end if;
        raise exception 'the currency "%" is not known', new.currency
            using errcode = 'check_violation', constraint = 'transaction_currency_known',
                  schema = 'public', table = 'transactions', column = 'currency', hint = 'Use USD or INR.';
    end if;

    -- Which of them it is, is asked when there is one.
    if (pg_catalog.length(new.description) > 10000 or pg_catalog.length(new.idempotency_key) > 255
        or pg_catalog.octet_length(new.metadata::text) > 65536 or pg_catalog.length(new.stripe_payment_intent_id) > 255
        or new.stripe_payment_intent_id !~ '^([A-Za-z0-9][A-Za-z0-9_:.-]*)?$')
       and (tg_op = 'INSERT'
            or (new.description, new.idempotency_key, new.metadata, new.stripe_payment_intent_id)
               is distinct from (old.description, old.idempotency_key, old.metadata, old.stripe_payment_intent_id)) then
        perform private.refuse_transaction_text(new);
    end if;

    -- Apart: with the look-up in it, each condition would be a query of its own.
    if new.business_number_id is not null then
        if (tg_op = 'INSERT' or new.business_number_id is distinct from old.business_number_id or new.user_id <> old.user_id)
           and exists (select from public.business_numbers n where n.id = new.business_number_id and n.user_id <> new.user_id) then
            raise exception 'number % does not belong to account %', new.business_number_id, new.user_id
                using errcode = 'foreign_key_violation', constraint = 'transaction_number_of_same_owner',
                      schema = 'public', table = 'transactions', column = 'business_number_id',
                      hint = 'Give a number of the account that the transaction is for.';
        end if;
    end if;
    -- Never is null: past the ends of the calendar no client could read it.
    if not (new.expires_at >= '1900-01-01 00:00:00+00' and new.expires_at < '9000-01-01 00:00:00+00')
       and (tg_op = 'INSERT' or new.expires_at is distinct from old.expires_at) then
        raise exception 'a transaction can''t expire at %', new.expires_at
            using errcode = 'check_violation', constraint = 'transaction_expires_within_calendar',
                  schema = 'public', table = 'transactions', column = 'expires_at',
                  hint = 'Give a time before the year 9000, or none for never.';
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_transaction() from public;

-- BEFORE trigger on wallets, for what a role may write: the currency is one of ours. Sets updated_at.
-- Errors: 23514 wallet_currency_known.
create or replace function private.check_wallet()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.currency not in ('USD', 'INR') then
        raise exception 'the currency "%" is not known', new.currency
            using errcode = 'check_violation', constraint = 'wallet_currency_known',
                  schema = 'public', table = 'wallets', column = 'currency', hint = 'Use USD or INR.';
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_wallet() from public;

-- AFTER trigger on transactions, by statement: moves the money of what became completed, refunded, held or released, and
-- writes the ledger; makes the wallet on first need. In the writer's own transaction, once per transaction. Wallets are
-- locked in the order of their accounts (row by row, opposite bulk updates deadlocked), and within a wallet credits come
-- before debits.
-- The statement that posts one row has a short way: sorting, joining and a cursor cost as much as the posting. Of many, a
-- wallet's first moves its row and locks it, the others move what is known of it, and it is written once more at the end:
-- written for each, a wallet's old rows, which the transaction itself can't clear, made many cost by their square.
-- SECURITY DEFINER: no role may write balances or entries.
-- Errors: those of private.require_wallet.
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
    -- What is added to the balance, and to the part of it that is reserved.
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
    -- Of many: the account whose wallet is in the variables above, and whether they are ahead of its row.
    v_head_of uuid;
    v_ahead boolean := false;
    v_fits boolean;
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
                       case when n.refunded_amount > o.refunded_amount then 'refund' else 'post' end,
                       case when n.type = 'credit' then 1 else -1 end
                           * (case when n.status = 'completed' and o.status in ('pending', 'failed') then n.amount else 0 end
                              - (n.refunded_amount - o.refunded_amount)) as amount,
                       case when n.hold and n.status = 'pending' then n.amount else 0 end
                           - case when o.hold and o.status = 'pending' then o.amount else 0 end as held,
                       case when n.stripe_payment_intent_id is not null then 'stripe'
                            when n.business_number_id is not null then 'number' else 'adjustment' end
                -- FULL: by hash or merge, however few rows the plan was made for. A loop over many would never end.
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
            -- Of another account, none any more, or one that the wallet's row has to refuse.
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
            -- The wallet keeps the head of its chain: one statement locks it and moves the money. What does not fit finds no wallet.
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
                        -- Rises with seq, also when transactions end in another order than they began, or the clock is set back.
                        ledger_at = greatest(v_at, w.ledger_at),
                        -- private.ledger_hash(), written out: calling it takes longer than hashing.
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
                    raise exception 'the wallet of account % takes no posting', v_user_id;
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
        exit when not v_many;
    end loop;
    return null;
end $$;

revoke all on function private.post_transactions() from public;

-- What dispute_transaction does, past the caller's rights.
-- EXECUTE is granted to exactly the roles that may refund any account's transaction.
create or replace function private.dispute(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_wallet public.wallets;
    v_amount numeric;
    v_taken numeric;
    v_left numeric;
    v_asked numeric;
    v_owed_id uuid;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found or v_row.type <> 'credit' or v_row.completed_at is null then
        raise exception 'transaction % is no completed credit', p_transaction_id
            using errcode = 'check_violation', constraint = 'dispute_of_completed_credit',
                  schema = 'public', table = 'transactions', hint = 'A dispute takes back a payment that was received.';
    end if;
    -- The row is locked: of two calls with one key, the second finds what the first did.
    select r.amount + coalesce(d.amount, 0) into v_asked
    from private.refunds r left join public.transactions d on d.id = r.owed_transaction_id
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_asked <> pg_catalog.round(p_amount, 2) then
            raise exception 'idempotency key "%" was used for a dispute of %', p_idempotency_key, v_asked
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new dispute; send the same amount with the same key.';
        end if;
        return v_row;
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);
    if not (v_amount > 0 and v_amount <= v_left) then
        raise exception 'transaction % has % % left to dispute', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Dispute at most what is left.';
    end if;
    select w.* into v_wallet from public.wallets w where w.user_id = v_row.user_id for update;
    v_taken := least(v_amount, case v_row.currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                                   else v_wallet.balance_inr - v_wallet.held_inr end);
    if v_taken > 0 then
        update public.transactions t set refunded_amount = t.refunded_amount + v_taken
        where t.id = p_transaction_id returning t.* into v_row;
    end if;
    if v_taken < v_amount then
        update public.wallets w set is_active = false where w.id = v_wallet.id;
        insert into public.transactions (user_id, type, amount, currency, description, metadata)
        values (v_row.user_id, 'debit', v_amount - v_taken, v_row.currency, 'Owed after a dispute',
                pg_catalog.jsonb_build_object('disputed_transaction_id', v_row.id, 'reason', p_reason))
        returning id into v_owed_id;
    end if;
    -- Also for nothing taken: the key is what makes a repeated call harmless.
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key, owed_transaction_id)
    values (v_row.id, v_row.user_id, v_taken, p_reason, p_idempotency_key, v_owed_id);
    return v_row;
end $$;

revoke all on function private.dispute(uuid, numeric, text, text) from public;
grant execute on function private.dispute(uuid, numeric, text, text) to service_role, console;

-- Everything that is wrong with the money, in one snapshot; no rows when all is well.
-- p_users: the accounts to look at; null for all, and for what no account has any more.
-- SECURITY DEFINER: it compares all accounts, and looks at the triggers.
create or replace function private.ledger_problems(p_users uuid[] default null)
returns table (problem text, subject text, detail text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    with chain as (
        select e.id, e.transaction_id, e.kind, e.contra, e.created_at, e.wallet_id, e.user_id, e.seq, e.amount, e.balance_after, e.currency, e.hash,
               pg_catalog.lag(e.seq, 1, 0::bigint) over wallet as previous_seq,
               pg_catalog.lag(e.hash) over wallet as previous_hash,
               pg_catalog.lag(e.balance_after, 1, 0::numeric) over (partition by e.wallet_id, e.currency order by e.seq) as previous_balance
        from public.ledger_entries e where p_users is null or e.user_id = any(p_users)
        window wallet as (partition by e.wallet_id order by e.seq)
    ), sums as (
        select e.wallet_id, pg_catalog.max(e.seq) as seq,
               pg_catalog.sum(e.amount) filter (where e.currency = 'USD') as usd,
               pg_catalog.sum(e.amount) filter (where e.currency = 'INR') as inr
        from public.ledger_entries e where p_users is null or e.user_id = any(p_users) group by e.wallet_id
    ), held as (
        select t.user_id,
               pg_catalog.sum(t.amount) filter (where t.currency = 'USD') as usd,
               pg_catalog.sum(t.amount) filter (where t.currency = 'INR') as inr
        from public.transactions t where t.hold and t.status = 'pending' and (p_users is null or t.user_id = any(p_users)) group by t.user_id
    ), posted as (
        select e.transaction_id,
               pg_catalog.count(*) filter (where e.kind = 'post') as posts,
               pg_catalog.sum(e.amount) filter (where e.kind = 'post') as post_amount,
               coalesce(pg_catalog.sum(e.amount) filter (where e.kind = 'refund'), 0) as refund_amount
        from public.ledger_entries e where e.transaction_id is not null and (p_users is null or e.user_id = any(p_users)) group by e.transaction_id
    )
    select 'seq_gap', c.wallet_id::text, pg_catalog.format('entry %s follows %s', c.seq, c.previous_seq)
    from chain c where c.seq <> c.previous_seq + 1
    union all
    select 'balance_after_wrong', c.wallet_id::text,
           pg_catalog.format('entry %s: %s and %s give %s, it says %s', c.seq, c.previous_balance, c.amount, c.previous_balance + c.amount, c.balance_after)
    from chain c where c.balance_after <> c.previous_balance + c.amount
    union all
    select 'hash_wrong', c.wallet_id::text, pg_catalog.format('entry %s was changed after it was written', c.seq)
    from chain c
    where c.hash <> private.ledger_hash(c.previous_hash, c.id, c.user_id, c.wallet_id, c.transaction_id, c.seq, c.kind, c.currency,
                                        c.amount, c.balance_after, c.contra, c.created_at)
    union all
    select 'head_differs', w.id::text, pg_catalog.format('the wallet has %s entries and another newest one than its chain, which has %s', w.ledger_seq, coalesce(s.seq, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id left join public.ledger_entries e on e.wallet_id = w.id and e.seq = s.seq
    where (p_users is null or w.user_id = any(p_users))
      and (w.ledger_seq <> coalesce(s.seq, 0) or w.ledger_hash is distinct from e.hash)
    union all
    select 'balance_differs', w.id::text,
           pg_catalog.format('the wallet says %s USD, %s INR; its entries add up to %s, %s', w.balance_usd, w.balance_inr, coalesce(s.usd, 0), coalesce(s.inr, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id
    where (w.balance_usd <> coalesce(s.usd, 0) or w.balance_inr <> coalesce(s.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'held_differs', w.id::text,
           pg_catalog.format('the wallet holds %s USD, %s INR; its holds add up to %s, %s', w.held_usd, w.held_inr, coalesce(h.usd, 0), coalesce(h.inr, 0))
    from public.wallets w left join held h on h.user_id = w.user_id
    where (w.held_usd <> coalesce(h.usd, 0) or w.held_inr <> coalesce(h.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'wallet_not_closed', s.wallet_id::text, pg_catalog.format('the wallet is gone, and %s USD, %s INR are left', coalesce(s.usd, 0), coalesce(s.inr, 0))
    from sums s where not exists (select from public.wallets w where w.id = s.wallet_id) and (coalesce(s.usd, 0) <> 0 or coalesce(s.inr, 0) <> 0)
    union all
    select case when p.posts is null or p.posts = 0 then 'entry_missing' else 'entry_wrong' end, t.id::text,
           pg_catalog.format('%s %s %s, %s, has %s postings of %s', t.type, t.amount, t.currency, t.status, coalesce(p.posts, 0), coalesce(p.post_amount, 0))
    from public.transactions t left join posted p on p.transaction_id = t.id
    where t.status in ('completed', 'refunded') and (p_users is null or t.user_id = any(p_users))
      and (p.posts is distinct from 1 or p.post_amount <> case t.type when 'credit' then t.amount else -t.amount end)
      -- What was completed before the ledger began is in its wallet's opening entry.
      and not exists (select from public.ledger_entries o
                      where o.user_id = t.user_id and o.kind = 'opening' and o.created_at >= coalesce(t.completed_at, '-infinity'))
    union all
    -- What CHECKs of the table would say: check_transaction stands for them.
    select 'transaction_impossible', t.id::text, pg_catalog.format('it is a %s of %s %s, %s refunded', t.type, t.amount, t.currency, t.refunded_amount)
    from public.transactions t
    where (p_users is null or t.user_id = any(p_users))
      and not (t.amount > 0 and t.amount <= 99999999.99 and t.refunded_amount between 0 and t.amount
               and t.currency in ('USD', 'INR') and (not t.hold or t.type = 'debit'))
    union all
    select 'posted_and_not_completed', t.id::text, pg_catalog.format('it is %s and has %s postings', t.status, p.posts)
    from public.transactions t join posted p on p.transaction_id = t.id
    where t.status in ('pending', 'failed')
    union all
    select 'refund_differs', t.id::text,
           pg_catalog.format('%s refunded, %s of %s posted', t.refunded_amount, coalesce(p.refund_amount, 0), t.amount)
    from public.transactions t left join posted p on p.transaction_id = t.id
    where (p_users is null or t.user_id = any(p_users))
      and coalesce(p.refund_amount, 0) <> case t.type when 'credit' then -t.refunded_amount else t.refunded_amount end
    union all
    select 'trigger_missing', x.relation, pg_catalog.format('no enabled trigger calls %s', x.function)
    from (values ('public.transactions', 'private.check_transaction', 1), ('public.transactions', 'private.post_transactions', 2),
                 ('public.transactions', 'private.keep_posted_transaction', 1), ('public.transactions', 'private.refuse_ledger_change', 1),
                 ('public.ledger_entries', 'private.refuse_ledger_change', 1), ('public.wallets', 'private.close_wallet', 1),
                 ('public.wallets', 'private.check_wallet', 1)
         ) as x (relation, function, times)
    where x.times > (select pg_catalog.count(*) from pg_catalog.pg_trigger g
                     where g.tgrelid = x.relation::regclass and g.tgfoid = pg_catalog.to_regproc(x.function) and g.tgenabled in ('O', 'A'));
end $$;

revoke all on function private.ledger_problems(uuid[]) from public;
grant execute on function private.ledger_problems(uuid[]) to console;

-- Money by account, day (UTC, of the ledger's entry) and currency; amounts are positive, in that currency.
--   topped_up  credits completed: paid in by the customer
--   paid_back  credits that went back: refunded to the payer, or disputed; also what a wallet owed after a dispute and paid later
--   spent      debits completed: what customers were charged
--   refunded   debits given back to the wallet
--   revenue    spent − refunded: what AiRa earned
--   carried    opening balances of the adoption less balances of closed accounts
--   change     of the balance: topped_up − paid_back − spent + refunded + carried
-- From the ledger: it alone knows when a refund was made. It outlives its account, a dispute's mark does not: in the figures
-- of an account that is gone, what was owed and paid counts as spent.
drop materialized view if exists analytics.daily_revenue;
create materialized view analytics.daily_revenue as
select m.user_id, m.day, m.currency, m.topped_up, m.paid_back, m.spent, m.refunded, m.spent - m.refunded as revenue,
       m.carried, m.change
from (
    select e.user_id, (e.created_at at time zone 'UTC')::date as day, e.currency,
           coalesce(sum(e.amount) filter (where e.kind = 'post' and e.amount > 0), 0) as topped_up,
           coalesce(-sum(e.amount) filter (where e.owed or (e.kind = 'refund' and e.amount < 0)), 0) as paid_back,
           coalesce(-sum(e.amount) filter (where e.kind = 'post' and e.amount < 0 and not e.owed), 0) as spent,
           coalesce(sum(e.amount) filter (where e.kind = 'refund' and e.amount > 0 and not e.owed), 0) as refunded,
           coalesce(sum(e.amount) filter (where e.kind in ('opening', 'close')), 0) as carried,
           sum(e.amount) as change
    from (
        select l.user_id, l.created_at, l.currency, l.kind, l.amount,
               coalesce(l.transaction_id in (
                   select r.owed_transaction_id from private.refunds r where r.owed_transaction_id is not null), false) as owed
        from public.ledger_entries l) e
    group by 1, 2, 3) m;

-- REFRESH CONCURRENTLY; an account's own rows.
create unique index daily_revenue_key on analytics.daily_revenue (user_id, day, currency);
-- Console: the last days of everybody.
create index daily_revenue_day on analytics.daily_revenue (day);

revoke all on analytics.daily_revenue from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.daily_revenue to console;
