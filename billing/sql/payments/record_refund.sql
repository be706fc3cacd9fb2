-- Record what a payment provider reported about one refund. Reports may come in any order, before their
-- payment, and any number of times. A pending or succeeded refund takes its amount from the wallet; a failed
-- or cancelled refund returns it.
-- A refund of more than what is left of the payment takes what is left. The rest is the platform's loss.
-- p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_….
-- p_state: pending, succeeded, failed or cancelled.
-- p_amount: in major units of p_currency.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns: see record_payment. Errors: see record_payment.
create or replace function public.record_refund(
    p_payment_id text, p_refund_id text, p_state text, p_amount numeric, p_currency text,
    p_reason text default null, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'refund', p_refund_id, p_state, p_amount, p_currency, null, null, p_reason, null, p_occurred_at) f;
end $$;

revoke all on function public.record_refund(text, text, text, numeric, text, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_refund(text, text, text, numeric, text, text, timestamptz) to service_role, console;
