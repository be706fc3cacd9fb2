-- Which text of a transaction is too long, or is no id of Stripe's. Called by private.check_transaction() when one is.
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
        raise exception '"%" is not an id of Stripe''s', pg_catalog.left(p_row.stripe_payment_intent_id, 100)
            using errcode = 'check_violation', constraint = 'transaction_payment_intent_is_id',
                  schema = 'public', table = 'transactions', column = v_column,
                  hint = 'Send it as Stripe gave it: at most 255 letters, digits, "_", "-", "." or ":".';
    end if;
    raise exception 'the % of a transaction is too long', pg_catalog.replace(v_column, '_', ' ')
        using errcode = 'check_violation', constraint = 'transaction_text_length',
              schema = 'public', table = 'transactions', column = v_column,
              hint = case v_column when 'description' then 'It can have at most 10,000 characters.'
                                   when 'idempotency_key' then 'It can have at most 255 characters.'
                                   else 'It can have at most 64 kB.' end;
end $$;

revoke all on function private.refuse_transaction_text(public.transactions) from public;
grant execute on function private.refuse_transaction_text(public.transactions) to service_role, console;

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

-- The way in for services: records a transaction once, however often it is sent, and moves it on.
-- The same idempotency key with the same content gives the first row again, whatever became of it since: captured at less, given
-- a payment intent, its number purged. The same payment intent and type gives that
-- row, moved to p_status where the states allow it: what Stripe redelivers, late or out of order, does no harm.
-- p_amount: in p_currency, two decimals. Everything after p_currency has a default.
-- Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); those of the table.
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
    -- Before the column rounds it, or finds it too large: that error would name no rule. NaN is greater than every number.
    if not (p_amount > 0 and pg_catalog.round(p_amount, 2) <= 99999999.99) then
        raise exception 'a transaction of % is not possible', p_amount
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
            raise exception 'idempotency key "%" was used for another transaction, %', p_idempotency_key, v_row.id
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions', column = 'idempotency_key',
                      hint = 'Use a new key for a new transaction; send the same content with the same key.';
        end if;
        return v_row;
    end if;

    select t.* into v_row from public.transactions t
    where t.stripe_payment_intent_id = p_stripe_payment_intent_id and t.type = p_type
    for update;
    if not found
       or (v_row.user_id, v_row.amount, v_row.currency) is distinct from (p_user_id, pg_catalog.round(p_amount, 2), p_currency) then
        raise exception 'payment intent "%" is recorded already, with other content', p_stripe_payment_intent_id
            using errcode = 'unique_violation', constraint = 'transaction_payment_intent_once',
                  schema = 'public', table = 'transactions', column = 'stripe_payment_intent_id',
                  hint = 'A payment intent pays one amount into one account.';
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
