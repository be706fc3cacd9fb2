-- BEFORE trigger, for each statement. It refuses changes of ledger entries, and TRUNCATE of transactions.
-- Errors: 23514 transaction_is_posted.
create or replace function private.refuse_ledger_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of % is not allowed, because the ledger is permanent', tg_op, tg_table_name
        using errcode = 'check_violation', constraint = 'transaction_is_posted',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'Refund it, or record an adjustment: press “Adjust” on its page in the console, or call transactions/adjust of the API.';
end $$;

revoke all on function private.refuse_ledger_change() from public;

-- BEFORE DELETE trigger on transactions. While the account exists, transactions that are posted or hold money
-- can't be deleted.
-- SECURITY DEFINER: it reads auth.users.
-- Errors: 23514 transaction_is_posted.
create or replace function private.keep_posted_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if (old.completed_at is not null or (old.hold and old.status = 'pending'))
       and exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'transaction % is % and can''t be deleted while its account exists', old.id, old.status
            using errcode = 'check_violation', constraint = 'transaction_is_posted',
                  schema = 'public', table = 'transactions',
                  hint = 'Refund it. To release a hold, set it to failed.';
    end if;
    return old;
end $$;

revoke all on function private.keep_posted_transaction() from public;

-- BEFORE trigger on transactions. It checks the values of the row, the change of its status (CONTRACT.md,
-- billing), the columns that are frozen once the row is posted, and that its number belongs to its owner. It
-- sets completed_at and refunded_amount. post_transactions moves the money.
-- The rules stand here and not in CHECKs: PostgreSQL parses CHECKs for each statement, which costs a fifth of
-- a posting.
-- A refund raises refunded_amount. When it reaches the amount, the status becomes refunded, and setting that
-- status raises it to the amount. Only private.follow_facts() lowers it or changes disputed_amount, because
-- the payment provider returned the money.
-- Errors: 23514 transaction_amount_positive, transaction_currency_known, hold_is_debit,
--   transaction_status_transition, transaction_is_posted, capture_exceeds_hold, refund_exceeds_amount,
--   transaction_expires_within_calendar, transaction_text_length, transaction_payment_intent_is_id; 23503
--   transaction_number_of_same_owner.
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
            raise exception 'a new transaction can''t have the status refunded'
                using errcode = 'check_violation', constraint = 'transaction_status_transition',
                      schema = 'public', table = 'transactions', column = 'status',
                      hint = 'Record it as completed, then refund it.';
        end if;
    elsif old.status = 'pending' and not old.hold and new.status <> 'refunded' and new.id = old.id then
        -- Most updates complete such a row. The checks of the other branch could not refuse it.
        null;
    else
        v_posted := old.status in ('completed', 'refunded');
        if v_posted or (old.hold and old.status = 'pending') or new.id <> old.id then
            if new.refunded_amount < old.refunded_amount or new.disputed_amount <> old.disputed_amount then
                -- Only functions of the table's owner run as the owner, and only one of them lowers these
                -- amounts.
                v_follows_facts := current_user = (
                    select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid);
            end if;
            v_frozen := case
                when new.id <> old.id then 'id'
                when new.user_id <> old.user_id then 'user_id'
                when new.currency <> old.currency then 'currency'
                when new.type <> old.type then 'type'
                -- The other columns of a hold may change.
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
                raise exception 'transaction % %, so its % can''t change', old.id,
                                case when v_posted then 'is posted'
                                     when new.id <> old.id then 'is recorded' else 'holds money' end, v_frozen
                    using errcode = 'check_violation', constraint = 'transaction_is_posted',
                          schema = 'public', table = 'transactions', column = v_frozen,
                          hint = case when v_posted
                                      then 'Refund it, or record an adjustment: press “Adjust” on its page in the console, or call transactions/adjust of the API.'
                                      else 'Set it to failed, then record a new transaction.' end;
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
                      hint = case old.status when 'completed' then 'A completed transaction can only be refunded.'
                                             when 'refunded' then 'A refunded transaction is final.'
                                             else 'A pending or failed transaction can only be completed, failed or set to pending.' end;
        end if;
        if v_posted then
            new.completed_at := old.completed_at;
            if new.refunded_amount < old.refunded_amount then
                new.status := 'completed';
            elsif new.status = 'refunded' then
                new.refunded_amount := new.amount;
            end if;
            if new.refunded_amount > old.refunded_amount then
                v_left := private.left_to_refund(old);
                if new.refunded_amount - old.refunded_amount > v_left then
                    raise exception 'transaction % has % % left to refund', old.id, v_left, old.currency
                        using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                              schema = 'public', table = 'transactions', column = 'refunded_amount',
                              hint = 'Refund at most that amount.';
                end if;
            end if;
            if new.refunded_amount = new.amount then
                new.status := 'refunded';
            end if;
        else
            if old.hold or old.status = 'failed' then
                if old.hold and old.status = 'pending' and new.amount > old.amount and (new.hold or new.status = 'completed') then
                    raise exception 'transaction % holds % %, which is less than %', old.id, old.amount, old.currency, new.amount
                        using errcode = 'check_violation', constraint = 'capture_exceeds_hold',
                              schema = 'public', table = 'transactions', column = 'amount',
                              hint = 'Capture at most the amount of the hold. Charge the rest with another transaction.';
                end if;
                -- A failed debt did not count as owed, so the payment may have been refunded in another way
                -- since.
                if old.status = 'failed' and new.status <> 'failed' then
                    v_left := private.left_of_disputed(new.id);
                    if new.amount > v_left then
                        raise exception 'transaction % is a debt after a dispute, and only % % of that payment is left', old.id, v_left, old.currency
                            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                                  schema = 'public', table = 'transactions', column = 'status',
                                  hint = 'Leave it failed. The rest of the payment was refunded in another way.';
                    end if;
                end if;
            end if;
        end if;
    end if;
    if v_posted is not true then
        if (new.refunded_amount = 0 and new.disputed_amount = 0) is not true then
            new.refunded_amount := 0;
            new.disputed_amount := 0;
        end if;
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
    end if;

    -- numeric accepts NaN, which is greater than every number and would allow unlimited spending.
    if not (new.amount > 0 and new.amount <= 99999999.99
            and new.currency in ('USD', 'INR') and (not new.hold or new.type = 'debit')) then
        if not (new.amount > 0 and new.amount <= 99999999.99) then
            raise exception 'a transaction can''t have the amount %', new.amount
                using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                      schema = 'public', table = 'transactions', column = 'amount',
                      hint = 'Give an amount greater than 0 and at most 99999999.99.';
        elsif new.hold and new.type <> 'debit' then
            raise exception 'a credit can''t be a hold'
                using errcode = 'check_violation', constraint = 'hold_is_debit',
                      schema = 'public', table = 'transactions', column = 'hold',
                      hint = 'Record it as a debit, or set hold to false.';
        end if;
        raise exception 'the currency "%" is not supported', new.currency
            using errcode = 'check_violation', constraint = 'transaction_currency_known',
                  schema = 'public', table = 'transactions', column = 'currency', hint = 'Use USD or INR.';
    end if;

    -- Nested, since PL/pgSQL prepares each expression anew in every transaction, and most postings need none
    -- of these.
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
        -- A condition of its own: with the look-up in it, each of the conditions would be a query.
        if new.business_number_id is not null then
            if (tg_op = 'INSERT' or new.business_number_id is distinct from old.business_number_id
                or new.user_id <> old.user_id)
               and exists (select from public.business_numbers n
                           where n.id = new.business_number_id and n.user_id <> new.user_id) then
                raise exception 'phone number % does not belong to account %', new.business_number_id, new.user_id
                    using errcode = 'foreign_key_violation', constraint = 'transaction_number_of_same_owner',
                          schema = 'public', table = 'transactions', column = 'business_number_id',
                          hint = 'Give the id of a phone number of that account, or leave business_number_id empty.';
            end if;
        end if;
        -- A hold without expires_at never expires. Clients could not read a time beyond the ends of the
        -- calendar.
        if not (new.expires_at >= '1900-01-01 00:00:00+00' and new.expires_at < '9000-01-01 00:00:00+00')
           and (tg_op = 'INSERT' or new.expires_at is distinct from old.expires_at) then
            raise exception 'a transaction can''t expire at %, which is outside the calendar', new.expires_at
                using errcode = 'check_violation', constraint = 'transaction_expires_within_calendar',
                      schema = 'public', table = 'transactions', column = 'expires_at',
                      hint = 'Give a time from the year 1900 to 8999, or leave expires_at empty for a hold that never expires.';
        end if;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_transaction() from public;

-- Return the hash that links an entry to the chain of its wallet: SHA-256 over the previous hash and all
-- values of the entry. It does not depend on settings of the session.
create or replace function private.ledger_hash(
    p_previous bytea, p_id uuid, p_user_id uuid, p_wallet_id uuid, p_transaction_id uuid, p_seq bigint, p_kind text,
    p_currency text, p_amount numeric, p_balance_after numeric, p_contra text, p_created_at timestamptz)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(coalesce(p_previous, ''::bytea) || pg_catalog.convert_to(pg_catalog.concat_ws('|',
        p_id, p_user_id, p_wallet_id, coalesce(p_transaction_id::text, '-'), p_seq, p_kind,
        p_currency, p_amount, p_balance_after, p_contra, extract(epoch from p_created_at)), 'UTF8'));
end $$;

revoke all on function private.ledger_hash(
    bytea, uuid, uuid, uuid, uuid, bigint, text, text, numeric, numeric, text, timestamptz) from public;

-- Prepare a wallet for a posting that found none: create it on first need, or raise the error that explains
-- the refusal. After it returns, the posting can be tried again, and the wallet is locked.
-- p_amount: the change of the balance. p_held: the change of the part that holds reserve. Both in p_currency.
-- Errors: 23514 wallet_is_active, wallet_balance_not_negative (DETAIL is JSON: required, available,
--   currency), wallet_balance_limit.
create or replace function private.require_wallet(
    p_user_id uuid, p_transaction_id uuid, p_kind text, p_currency text, p_amount numeric, p_held numeric)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_wallet public.wallets;
    v_available numeric;
begin
    select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    if not found then
        -- If two sessions need the wallet at the same moment, one creates it and both continue with it.
        insert into public.wallets (user_id, currency) values (p_user_id, p_currency) on conflict (user_id) do nothing;
        select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    end if;
    if (p_held > 0 or (p_amount < 0 and p_kind = 'post')) and not v_wallet.is_active then
        raise exception 'the wallet of account % is stopped and takes no debits', p_user_id
            using errcode = 'check_violation', constraint = 'wallet_is_active', schema = 'public', table = 'wallets',
                  hint = 'Activate the wallet first. A stopped wallet takes only credits.';
    end if;
    -- A capture spends the amount that its hold reserved.
    v_available := case p_currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                   else v_wallet.balance_inr - v_wallet.held_inr end - least(p_held, 0);
    if v_available < greatest(-p_amount, p_held) then
        raise exception 'the wallet of account % has % % available, but transaction % needs %', p_user_id, v_available, p_currency, p_transaction_id,
                        greatest(-p_amount, p_held)
            using errcode = 'check_violation', constraint = 'wallet_balance_not_negative', schema = 'public', table = 'wallets',
                  detail = pg_catalog.json_build_object('required', greatest(-p_amount, p_held)::text,
                                                        'available', v_available::text, 'currency', p_currency),
                  hint = 'Ask the customer to top up, then complete the transaction again.';
    end if;
    if (case p_currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end) + p_amount > 99999999.99 then
        raise exception 'the balance of account % would exceed 99999999.99 %', p_user_id, p_currency
            using errcode = 'check_violation', constraint = 'wallet_balance_limit', schema = 'public', table = 'wallets',
                  hint = 'Pay out part of the balance first.';
    end if;
end $$;

revoke all on function private.require_wallet(uuid, uuid, text, text, numeric, numeric) from public;

-- Return the debt of a credit: the pending debits for the part of its disputes that the wallet could not pay.
-- A debit that staff failed does not count. The debt counts as already refunded.
-- SECURITY DEFINER: no role can read private.refunds. EXECUTE is granted to the roles that write
-- transactions.
create or replace function private.owed_of(p_transaction_id uuid)
returns numeric
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return coalesce((
        select pg_catalog.sum(d.amount - d.refunded_amount)
        from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
        where r.transaction_id = p_transaction_id and d.status in ('pending', 'completed')), 0);
end $$;

revoke all on function private.owed_of(uuid) from public;
grant execute on function private.owed_of(uuid) to service_role, console;

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

-- BEFORE DELETE trigger on wallets. It writes `close` entries for the rest of the balances, then lets the
-- wallet go with its account. While the account exists, the wallet can't be deleted.
-- SECURITY DEFINER: it reads auth.users and writes ledger entries.
-- Errors: 23514 transaction_is_posted.
create or replace function private.close_wallet()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'the wallet of account % can''t be deleted while the account exists', old.user_id
            using errcode = 'check_violation', constraint = 'transaction_is_posted', schema = 'public', table = 'wallets',
                  hint = 'Deactivate the wallet instead. It is deleted together with its account.';
    end if;
    if old.balance_usd <> 0 then
        perform private.append_entry(old, null, 'close', 'USD', -old.balance_usd, 0, 'account_closed');
    end if;
    if old.balance_inr <> 0 then
        perform private.append_entry(old, null, 'close', 'INR', -old.balance_inr, 0, 'account_closed');
    end if;
    return old;
end $$;

revoke all on function private.close_wallet() from public;

-- BEFORE trigger on wallets. It checks that the currency is one of the ledger's. It sets updated_at, and
-- clears stopped_by_provider when the wallet is active again.
-- Errors: 23514 wallet_currency_known.
create or replace function private.check_wallet()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.currency not in ('USD', 'INR') then
        raise exception 'the currency "%" is not supported', new.currency
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

-- Raise the error for a text of a transaction that is too long, or for a payment intent that is not an id of
-- Stripe. private.check_transaction() calls it after it found one.
-- Errors: 23514 transaction_text_length, transaction_payment_intent_is_id.
create or replace function private.refuse_transaction_text(p_row public.transactions)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_column text := case
        when pg_catalog.length(p_row.description) > 10000 then 'description'
        when pg_catalog.length(p_row.idempotency_key) > 255 then 'idempotency_key'
        when pg_catalog.octet_length(p_row.metadata::text) > 65536 then 'metadata'
        else 'stripe_payment_intent_id' end;
begin
    if v_column = 'stripe_payment_intent_id' then
        raise exception '"%" is not a Stripe id', pg_catalog.left(p_row.stripe_payment_intent_id, 100)
            using errcode = 'check_violation', constraint = 'transaction_payment_intent_is_id',
                  schema = 'public', table = 'transactions', column = v_column,
                  hint = 'Send the id unchanged: at most 255 letters, digits, "_", "-", "." or ":".';
    end if;
    raise exception 'the % of a transaction is too long', pg_catalog.replace(v_column, '_', ' ')
        using errcode = 'check_violation', constraint = 'transaction_text_length',
              schema = 'public', table = 'transactions', column = v_column,
              hint = case v_column when 'description' then 'Shorten it to at most 10,000 characters.'
                                   when 'idempotency_key' then 'Shorten it to at most 255 characters.'
                                   else 'Shorten it to at most 64 kB of JSON text.' end;
end $$;

revoke all on function private.refuse_transaction_text(public.transactions) from public;
grant execute on function private.refuse_transaction_text(public.transactions) to service_role, console;

-- Record a transaction once, however often it is sent, and set its status. Services use this function to
-- write transactions.
-- The same idempotency key with the same content returns the existing row, even if it has changed since:
-- captured for less, given a payment intent, or its phone number purged. The same payment intent and type
-- returns the existing row, set to p_status if the states allow it. So webhooks that Stripe repeats, delays
-- or sends out of order do no harm.
-- p_amount: in p_currency, two decimals. All arguments after p_currency have a default.
-- Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); see also the
--   rules of the table.
create or replace function public.record_transaction(
    p_user_id uuid, p_type public.transaction_type, p_amount numeric, p_currency text,
    p_status public.transaction_status default 'pending', p_description text default null, p_metadata jsonb default null,
    p_stripe_payment_intent_id text default null, p_business_number_id uuid default null,
    p_idempotency_key text default null, p_hold boolean default false, p_expires_at timestamptz default null)
returns public.transactions
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions;
begin
    -- Check before the column rounds the amount or finds it too large, because that error would name no rule.
    -- NaN is greater than every number.
    if not (p_amount > 0 and pg_catalog.round(p_amount, 2) <= 99999999.99) then
        raise exception 'a transaction can''t have the amount %', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'amount',
                  hint = 'Give an amount greater than 0 and at most 99999999.99.';
    end if;
    insert into public.transactions (user_id, type, amount, currency, status, description, metadata,
                                     stripe_payment_intent_id, business_number_id, idempotency_key, hold, expires_at)
    values (p_user_id, p_type, p_amount, p_currency, p_status, p_description, coalesce(p_metadata, '{}'),
            p_stripe_payment_intent_id, p_business_number_id, p_idempotency_key, coalesce(p_hold, false), p_expires_at)
    on conflict do nothing
    returning * into v_row;
    if found then
        return v_row;
    end if;

    select t.* into v_row from public.transactions t
    where t.user_id = p_user_id and t.idempotency_key = p_idempotency_key;
    if found then
        if (v_row.type, v_row.currency) is distinct from (p_type, p_currency)
           or not (v_row.amount = pg_catalog.round(p_amount, 2)
                   or (v_row.hold and v_row.completed_at is not null and v_row.amount < p_amount))
           or v_row.stripe_payment_intent_id is distinct from coalesce(p_stripe_payment_intent_id, v_row.stripe_payment_intent_id)
           or (v_row.business_number_id is distinct from p_business_number_id
               and (v_row.business_number_id is not null
                    or exists (select from public.business_numbers n where n.id = p_business_number_id))) then
            raise exception 'idempotency key "%" was used for transaction %, which has other content', p_idempotency_key, v_row.id
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions', column = 'idempotency_key',
                      hint = 'Use a new key for a new transaction. To repeat a request, send the same content.';
        end if;
        return v_row;
    end if;

    select t.* into v_row from public.transactions t
    where t.stripe_payment_intent_id = p_stripe_payment_intent_id and t.type = p_type
    for update;
    if not found
       or (v_row.user_id, v_row.amount, v_row.currency) is distinct from (p_user_id, pg_catalog.round(p_amount, 2), p_currency) then
        raise exception 'payment intent "%" is already recorded with other content', p_stripe_payment_intent_id
            using errcode = 'unique_violation', constraint = 'transaction_payment_intent_once',
                  schema = 'public', table = 'transactions', column = 'stripe_payment_intent_id',
                  hint = 'Record a payment intent once, with one account, amount and currency.';
    end if;
    if (v_row.status = 'pending' and p_status in ('completed', 'failed'))
       or (v_row.status = 'failed' and p_status = 'completed') then
        update public.transactions t set status = p_status where t.id = v_row.id returning t.* into v_row;
    end if;
    return v_row;
end $$;

revoke all on function public.record_transaction(uuid, public.transaction_type, numeric, text, public.transaction_status,
    text, jsonb, text, uuid, text, boolean, timestamptz) from public, anon, authenticated, service_role;
grant execute on function public.record_transaction(uuid, public.transaction_type, numeric, text, public.transaction_status,
    text, jsonb, text, uuid, text, boolean, timestamptz) to service_role, console;
