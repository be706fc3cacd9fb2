-- Do the work of dispute_transaction beyond the rights of the caller: record that the bank took a payment
-- back. It becomes a fact of the payment, as if the provider had reported it. Later reports of the same
-- dispute continue from it.
-- EXECUTE is granted only to the roles that may refund transactions of any account.
create or replace function private.dispute(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_payment_id text;
    v_dispute_id text;
    v_amount numeric;
    v_left numeric;
    v_asked numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found or v_row.type <> 'credit' or v_row.completed_at is null then
        raise exception 'transaction % is not a completed credit, so it can''t be disputed', p_transaction_id
            using errcode = 'check_violation', constraint = 'dispute_of_completed_credit',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed credit: a payment that was received.';
    end if;
    v_payment_id := coalesce(v_row.stripe_payment_intent_id, v_row.id::text);
    -- With the provider's id of the dispute as key, this call and the provider's reports are one dispute.
    v_dispute_id := case when p_idempotency_key ~ '^d[pu]_' then p_idempotency_key
                         else v_row.id || ':' || coalesce(p_idempotency_key, pg_catalog.gen_random_uuid()::text) end;
    v_row := private.lock_payment(v_payment_id);
    -- The row is locked, so the second of two calls with one key finds the result of the first.
    select o.amount into v_asked from private.payment_objects o
    where o.payment_id = v_payment_id and o.kind = 'dispute' and o.object_id = v_dispute_id;
    if found then
        if p_amount is not null and v_asked <> pg_catalog.round(p_amount, 2) then
            raise exception 'idempotency key "%" was used for a dispute of %', p_idempotency_key, v_asked
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new dispute. To repeat a request, send the same amount.';
        end if;
        return v_row;
    end if;
    v_left := private.left_to_refund(v_row);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);
    if not (v_amount > 0 and v_amount <= v_left) then
        raise exception 'transaction % has % % left to dispute', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Dispute at most that amount.';
    end if;
    insert into private.payment_facts (payment_id, kind, object_id, state, amount, currency, reason)
    values (v_payment_id, 'dispute', v_dispute_id, 'open', v_amount, v_row.currency, pg_catalog.left(p_reason, 1000));
    perform private.apply_payment(v_payment_id, v_row);
    select t.* into v_row from public.transactions t where t.id = p_transaction_id;
    return v_row;
end $$;

revoke all on function private.dispute(uuid, numeric, text, text) from public;
grant execute on function private.dispute(uuid, numeric, text, text) to service_role, console;
