-- Store a fact of a payment and bring the ledger into agreement with it, beyond the rights of the caller. It
-- does the work of record_payment, record_refund, record_refunded_total and record_dispute in public.
-- A new fact is added or moves an object's state forward. A repeated or outdated fact changes nothing.
-- p_amount: in major units. p_currency: null means the payment's own currency, which only the payment itself
-- must name.
-- EXECUTE is granted only to the roles that record payments of any account.
create or replace function private.record_payment_fact(
    p_payment_id text, p_kind text, p_object_id text, p_state text, p_amount numeric, p_currency text,
    p_user_id uuid, p_description text, p_reason text, p_evidence_due_by timestamptz, p_occurred_at timestamptz)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_currency text := pg_catalog.upper(pg_catalog.btrim(p_currency));
    v_amount numeric := case when coalesce(v_currency, 'USD') in ('USD', 'INR') then pg_catalog.round(p_amount, 2) else p_amount end;
begin
    if private.payment_fact_rank(p_kind, p_state) is null then
        raise exception 'a % can''t have the state "%"', p_kind, p_state
            using errcode = 'check_violation', constraint = 'payment_fact_state_known',
                  schema = 'private', table = 'payment_facts', column = 'state',
                  hint = 'A payment is pending, failed, cancelled or succeeded. A refund is pending, succeeded, failed or cancelled.'
                         ' A dispute is warning, open, won or lost.';
    elsif not (p_amount >= 0 and p_amount < 'Infinity') or p_amount is null then
        raise exception 'a % can''t have the amount %', p_kind, coalesce(p_amount::text, 'null')
            using errcode = 'check_violation', constraint = 'payment_fact_amount_finite',
                  schema = 'private', table = 'payment_facts', column = 'amount',
                  hint = 'Give the amount in major units, such as 12.50 for 1250 cents.';
    elsif not (pg_catalog.length(p_payment_id) between 1 and 255 and pg_catalog.length(p_object_id) between 1 and 255)
          or p_payment_id is null or p_object_id is null then
        raise exception 'the report of a % lacks the provider''s ids, or they are too long', p_kind
            using errcode = 'check_violation', constraint = 'payment_fact_ids_given',
                  schema = 'private', table = 'payment_facts', column = 'object_id',
                  hint = 'Give the id of the payment and the id of the refund or dispute, 1 to 255 characters each.';
    elsif v_currency !~ '^[A-Z]{3}$' or (v_currency is null and p_kind = 'payment') then
        raise exception 'the currency "%" is not an ISO 4217 code', p_currency
            using errcode = 'check_violation', constraint = 'payment_fact_currency_known',
                  schema = 'private', table = 'payment_facts', column = 'currency', hint = 'Give three letters, such as USD.';
    end if;

    -- Insert before the payment is locked: another writer of the same payment intent makes this insert wait.
    if p_kind = 'payment' and p_state in ('succeeded', 'failed') and v_currency in ('USD', 'INR')
       and v_amount > 0 and v_amount <= 99999999.99 then
        insert into public.transactions (user_id, type, amount, currency, description, stripe_payment_intent_id)
        select u.id, 'credit', v_amount, v_currency, p_description, p_payment_id
        from auth.users u where u.id = p_user_id
        on conflict do nothing;
    end if;
    v_row := private.lock_payment(p_payment_id);
    if p_user_id is not null then
        update private.payments p set user_id = p_user_id where p.id = p_payment_id and p.user_id is null;
    end if;
    insert into private.payment_facts as f (payment_id, kind, object_id, state, amount, currency, reason, evidence_due_by, occurred_at)
    values (p_payment_id, p_kind, p_object_id, p_state, v_amount, v_currency, pg_catalog.left(p_reason, 1000),
            case when p_evidence_due_by > '1900-01-01 00:00:00+00' and p_evidence_due_by < '9000-01-01 00:00:00+00'
                 then p_evidence_due_by end,
            case when p_occurred_at > '1900-01-01 00:00:00+00' and p_occurred_at < '9000-01-01 00:00:00+00'
                 then p_occurred_at end)
    on conflict (payment_id, kind, object_id, state) do update
    set amount = greatest(f.amount, excluded.amount),
        reason = coalesce(f.reason, excluded.reason),
        evidence_due_by = greatest(f.evidence_due_by, excluded.evidence_due_by)
    where (greatest(f.amount, excluded.amount), coalesce(f.reason, excluded.reason), greatest(f.evidence_due_by, excluded.evidence_due_by))
          is distinct from (f.amount, f.reason, f.evidence_due_by);
    outcome := private.apply_payment(p_payment_id, v_row);
    select p.transaction_id, p.problem into transaction_id, problem from private.payments p where p.id = p_payment_id;
    return next;
end $$;

revoke all on function private.record_payment_fact(
    text, text, text, text, numeric, text, uuid, text, text, timestamptz, timestamptz) from public;
grant execute on function private.record_payment_fact(
    text, text, text, text, numeric, text, uuid, text, text, timestamptz, timestamptz) to service_role, console;
