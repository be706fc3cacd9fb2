-- BEFORE trigger on transactions: what a row may say, the states it may pass through (CONTRACT.md, billing), what is frozen once
-- it is posted, and that its number is its owner's. Sets completed_at and refunded_amount; post_transactions moves the money.
-- Here, and not as CHECKs of the table: those are parsed anew by each statement, a fifth of what a posting costs.
-- A refund is refunded_amount going up: to the whole amount it makes the status refunded, and the status makes it whole.
-- It goes down, and disputed_amount changes, only by private.follow_facts(): the payment provider returned the money.
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
    v_follows_facts boolean;
begin
    if tg_op = 'INSERT' then
        if new.status = 'refunded' then
            raise exception 'a transaction can''t begin as refunded'
                using errcode = 'check_violation', constraint = 'transaction_status_transition',
                      schema = 'public', table = 'transactions', column = 'status',
                      hint = 'Record it as completed, then refund it.';
        end if;
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    elsif old.status = 'pending' and not old.hold and new.status <> 'refunded' and new.id = old.id then
        -- Most updates complete such a row. No check of the other branch could refuse it.
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    else
        v_posted := old.status in ('completed', 'refunded');
        if v_posted or (old.hold and old.status = 'pending') or new.id <> old.id then
            if new.refunded_amount < old.refunded_amount or new.disputed_amount <> old.disputed_amount then
                -- Only functions of the table's owner run as the owner, and of these one lowers it.
                v_follows_facts := current_user = (
                    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid);
            end if;
            v_frozen := case
                when new.id <> old.id then 'id'
                when new.user_id <> old.user_id then 'user_id'
                when new.currency <> old.currency then 'currency'
                when new.type <> old.type then 'type'
                -- Of a hold, the rest may change.
                when not v_posted then null
                when new.amount <> old.amount then 'amount'
                when new.hold <> old.hold then 'hold'
                when new.created_at <> old.created_at then 'created_at'
                when new.idempotency_key is distinct from old.idempotency_key then 'idempotency_key'
                when new.stripe_payment_intent_id is distinct from old.stripe_payment_intent_id
                     and old.stripe_payment_intent_id is not null then 'stripe_payment_intent_id'
                when v_follows_facts then null
                when new.refunded_amount < old.refunded_amount then 'refunded_amount'
                when new.disputed_amount <> old.disputed_amount then 'disputed_amount'
            end;
            if v_frozen is not null then
                raise exception 'transaction % %: its % can''t change', old.id,
                                case when v_posted then 'is posted'
                                     when new.id <> old.id then 'is recorded' else 'holds money' end, v_frozen
                    using errcode = 'check_violation', constraint = 'transaction_is_posted',
                          schema = 'public', table = 'transactions', column = v_frozen,
                          hint = case when v_posted
                                      then 'Refund it, or record an adjustment: “Adjust” at the transaction in the console, transactions/adjust in the API.'
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
            if new.refunded_amount < old.refunded_amount then
                new.status := 'completed';
            elsif new.status = 'refunded' then
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
            if old.hold or old.status = 'failed' then
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
            end if;
            if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
                new.refunded_amount := 0;
                new.disputed_amount := 0;
            end if;
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

    -- Nested: PL/pgSQL prepares each expression anew in every transaction, and most postings need none of these.
    if new.description is not null or new.idempotency_key is not null or new.metadata is not null
       or new.stripe_payment_intent_id is not null or new.business_number_id is not null or new.expires_at is not null then
        if (pg_catalog.length(new.description) > 10000 or pg_catalog.length(new.idempotency_key) > 255
            or pg_catalog.octet_length(new.metadata::text) > 65536
            or pg_catalog.length(new.stripe_payment_intent_id) > 255
            or new.stripe_payment_intent_id !~ '^([A-Za-z0-9][A-Za-z0-9_:.-]*)?$')
           and (tg_op = 'INSERT'
                or (new.description, new.idempotency_key, new.metadata, new.stripe_payment_intent_id)
                   is distinct from (old.description, old.idempotency_key, old.metadata, old.stripe_payment_intent_id))
        then
            perform private.refuse_transaction_text(new);
        end if;
        -- Apart: with the look-up in it, each condition would be a query of its own.
        if new.business_number_id is not null then
            if (tg_op = 'INSERT' or new.business_number_id is distinct from old.business_number_id
                or new.user_id <> old.user_id)
               and exists (select from public.business_numbers n
                           where n.id = new.business_number_id and n.user_id <> new.user_id) then
                raise exception 'number % does not belong to account %', new.business_number_id, new.user_id
                    using errcode = 'foreign_key_violation', constraint = 'transaction_number_of_same_owner',
                          schema = 'public', table = 'transactions', column = 'business_number_id',
                          hint = 'Give a number of the account that the transaction is for.';
            end if;
        end if;
        -- A hold without a time never expires. Past the ends of the calendar no client could read the time.
        if not (new.expires_at >= '1900-01-01 00:00:00+00' and new.expires_at < '9000-01-01 00:00:00+00')
           and (tg_op = 'INSERT' or new.expires_at is distinct from old.expires_at) then
            raise exception 'a transaction can''t expire at %', new.expires_at
                using errcode = 'check_violation', constraint = 'transaction_expires_within_calendar',
                      schema = 'public', table = 'transactions', column = 'expires_at',
                      hint = 'Give a time before the year 9000, or none for never.';
        end if;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_transaction() from public;

-- BEFORE trigger on wallets, for what a role may write: the currency is one of ours. Sets updated_at, and forgets who
-- stopped a wallet that goes on.
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
    if new.stopped_by_provider and new.is_active then
        new.stopped_by_provider := false;
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
-- Last, it applies what was reported of a payment before it was recorded, and lets a stopped wallet pay what it owes.
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
    -- Payments that were posted, and accounts whose stopped wallet may pay what they owe.
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
        -- One condition for both: PL/pgSQL prepares each expression anew in every transaction.
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
