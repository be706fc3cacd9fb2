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
