-- BEFORE trigger on transactions. It checks the values of the row, the change of its status (CONTRACT.md,
-- billing), the columns that are frozen once the row is posted, and that its number belongs to its owner. It
-- sets completed_at and refunded_amount. post_transaction moves the money.
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
    -- Most statements record or complete a row that breaks none of the rules below. PL/pgSQL prepares each
    -- expression anew in every transaction, so one expression that allows is quicker than many that refuse.
    if new.status in ('pending', 'completed') and new.amount > 0 and new.amount <= 99999999.99 and new.currency in ('USD', 'INR')
       and not new.hold and new.refunded_amount = 0 and new.disputed_amount = 0
       and (tg_op = 'INSERT' or (old.status = 'pending' and not old.hold and new.id = old.id))
       and new.business_number_id is null and new.expires_at is null
       and coalesce(new.description, new.idempotency_key, new.stripe_payment_intent_id) is null
       and new.metadata = '{}' then
        new.completed_at := case when new.status = 'completed' then pg_catalog.now() end;
        new.updated_at := pg_catalog.now();
        return new;
    end if;
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
