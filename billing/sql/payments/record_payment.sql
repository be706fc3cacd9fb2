-- Record what a payment provider reported about a payment. Reports may come in any order and any number of
-- times.
-- p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
-- p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's
-- transaction.
-- p_amount: the amount received, in major units of p_currency; before a success, the amount requested.
-- p_user_id: the account that paid. Null if the report does not name it: then the payment's transaction names
-- it, or the payment is ignored.
-- p_description: the description of the transaction, if this call creates it.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention
-- (staff must act: `problem` is account_unknown, account_differs, amount_differs, amount_limit,
-- currency_unsupported, currency_differs or wallet_balance_limit) or ignored (the payment belongs to no
-- account of AiRa).
-- Errors: 23514 payment_fact_state_known, payment_fact_amount_finite, payment_fact_ids_given,
--   payment_fact_currency_known.
create or replace function public.record_payment(
    p_payment_id text, p_state text, p_amount numeric, p_currency text, p_user_id uuid default null,
    p_description text default null, p_reason text default null, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'payment', p_payment_id, p_state, p_amount, p_currency, p_user_id, p_description, p_reason, null, p_occurred_at) f;
end $$;

revoke all on function public.record_payment(text, text, numeric, text, uuid, text, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_payment(text, text, numeric, text, uuid, text, text, timestamptz) to service_role, console;
