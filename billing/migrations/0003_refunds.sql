alter table private.refunds add constraint refunds_transaction_id_fkey
    foreign key (transaction_id) references public.transactions (id) on delete cascade;
alter table private.refunds add constraint refunds_owed_transaction_id_fkey
    foreign key (owed_transaction_id) references public.transactions (id) on delete set null;

-- Return how much of a transaction can still be refunded or disputed, in its own currency: its amount minus what was
-- refunded and what its account still owes for it. This is the only place that defines that limit.
create or replace function private.left_to_refund(p_row public.transactions)
returns numeric
language plpgsql stable
set search_path = ''
as $$
begin
    return p_row.amount - p_row.refunded_amount - private.owed_of(p_row.id);
end $$;

revoke all on function private.left_to_refund(public.transactions) from public;
grant execute on function private.left_to_refund(public.transactions) to service_role, console;

-- Do the work of refund_transaction beyond the rights of the caller. private.refunds stores each refund by
-- its idempotency key.
-- EXECUTE is granted only to the roles that may refund transactions of any account.
create or replace function private.refund(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_refunded numeric;
    v_amount numeric;
    v_left numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found then
        raise exception 'transaction % does not exist', p_transaction_id
            using errcode = 'foreign_key_violation', constraint = 'refund_of_known_transaction',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed transaction.';
    end if;
    v_left := private.left_to_refund(v_row);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);

    -- The row is locked, so the second of two calls with one key finds the first.
    select r.amount into v_refunded from private.refunds r
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_refunded <> v_amount then
            raise exception 'idempotency key "%" was used for a refund of %', p_idempotency_key, v_refunded
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new refund. To repeat a request, send the same amount.';
        end if;
        return v_row;
    end if;
    if p_amount is null and v_row.status = 'refunded' then
        return v_row;
    end if;
    if v_row.status not in ('completed', 'refunded') then
        raise exception 'a % transaction can''t be refunded', v_row.status
            using errcode = 'check_violation', constraint = 'transaction_status_transition',
                  schema = 'public', table = 'transactions', column = 'status', hint = 'Complete the transaction first.';
    end if;
    if p_amount is not null and not (v_amount > 0 and v_amount <= 99999999.99) then
        raise exception 'a refund can''t have the amount %', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'refunded_amount',
                  hint = 'Give an amount greater than 0, or leave it empty to refund all that is left.';
    end if;
    -- After a dispute, the account may owe all that is left.
    if v_amount > v_left or v_left <= 0 then
        raise exception 'transaction % has % % left to refund', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Refund at most that amount.';
    end if;
    update public.transactions t set refunded_amount = t.refunded_amount + v_amount
    where t.id = p_transaction_id returning t.* into v_row;
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key)
    values (v_row.id, v_row.user_id, v_amount, p_reason, p_idempotency_key);
    return v_row;
end $$;

revoke all on function private.refund(uuid, numeric, text, text) from public;
grant execute on function private.refund(uuid, numeric, text, text) to service_role, console;

-- Refund a completed transaction: a debit to the wallet, a credit out of the wallet. Partial refunds add up
-- to at most the amount; then the status becomes refunded.
-- p_amount: in the transaction's currency; null means all that is left.
-- p_idempotency_key: a repeated key refunds once.
-- Errors: 23514 refund_exceeds_amount, transaction_status_transition, transaction_amount_positive,
--   wallet_balance_not_negative (a credit whose money is spent); 23505 idempotency_key_reused; 23503
--   refund_of_known_transaction.
create or replace function public.refund_transaction(
    p_transaction_id uuid, p_amount numeric default null, p_reason text default null, p_idempotency_key text default null)
returns public.transactions
language plpgsql
set search_path = ''
as $$
begin
    return private.refund(p_transaction_id, p_amount, p_reason, p_idempotency_key);
end $$;

revoke all on function public.refund_transaction(uuid, numeric, text, text) from public, anon, authenticated, service_role;
grant execute on function public.refund_transaction(uuid, numeric, text, text) to service_role, console;

-- Return how much of a disputed payment is left, neither refunded nor owed by other debits. p_debit_id: the
-- debit that stands for the dispute's debt. Null for any other transaction.
-- SECURITY DEFINER: no role can read private.refunds. EXECUTE is granted to the roles that write
-- transactions.
create or replace function private.left_of_disputed(p_debit_id uuid)
returns numeric
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (
        select private.left_to_refund(c)
        from private.refunds r join public.transactions c on c.id = r.transaction_id
        where r.owed_transaction_id = p_debit_id);
end $$;

revoke all on function private.left_of_disputed(uuid) from public;
grant execute on function private.left_of_disputed(uuid) to service_role, console;

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

-- Record that the customer's bank took a payment back. It takes the amount from the wallet. If the wallet has
-- less, the wallet is stopped and a pending debit stands for the rest; complete it when money comes in.
-- p_amount: in the transaction's currency; null means all that is left of it.
-- p_idempotency_key: a repeated key changes nothing more.
-- Errors: 23514 dispute_of_completed_credit, refund_exceeds_amount; 23505 idempotency_key_reused.
create or replace function public.dispute_transaction(
    p_transaction_id uuid, p_amount numeric default null, p_reason text default null, p_idempotency_key text default null)
returns public.transactions
language plpgsql
set search_path = ''
as $$
begin
    return private.dispute(p_transaction_id, p_amount, p_reason, p_idempotency_key);
end $$;

revoke all on function public.dispute_transaction(uuid, numeric, text, text) from public, anon, authenticated, service_role;
grant execute on function public.dispute_transaction(uuid, numeric, text, text) to service_role, console;

-- Grants and policies of private.refunds. private.refund() writes them; the console reads them.
alter table private.refunds enable row level security;
revoke all on private.refunds from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.refunds to console;
drop policy if exists refunds_select_console on private.refunds;
create policy refunds_select_console on private.refunds for select to console using (true);
