-- Record how much of a charge has been refunded, if the provider reports only the sum (Stripe's
-- amount_refunded). Only the part that refunds with an id don't explain counts. The largest sum counts, in
-- any order of arrival.
-- p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_….
-- p_amount: in major units of p_currency.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns: see record_payment. Errors: see record_payment.
create or replace function public.record_refunded_total(
    p_payment_id text, p_charge_id text, p_amount numeric, p_currency text, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'total', p_charge_id, 'reported', p_amount, p_currency, null, null, null, null, p_occurred_at) f;
end $$;

revoke all on function public.record_refunded_total(text, text, numeric, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_refunded_total(text, text, numeric, text, timestamptz) to service_role, console;
