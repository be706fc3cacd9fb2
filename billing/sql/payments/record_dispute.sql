-- Record what a payment provider reported about one dispute. Reports may come in any order, before their
-- payment, and any number of times. An open or lost dispute takes its amount from the wallet. If the wallet
-- has less, the account owes the rest and the wallet is stopped. A won dispute returns the amount. A warning
-- (inquiry) takes nothing.
-- A dispute of more than what is left of the payment takes what is left. The rest is the platform's loss.
-- p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_….
-- p_state: warning, open, won or lost.
-- p_amount: in major units of p_currency.
-- p_evidence_due_by: the deadline for evidence.
-- p_occurred_at: the time of the report, by the provider's clock.
-- Returns: see record_payment. Errors: see record_payment.
create or replace function public.record_dispute(
    p_payment_id text, p_dispute_id text, p_state text, p_amount numeric, p_currency text, p_reason text default null,
    p_evidence_due_by timestamptz default null, p_occurred_at timestamptz default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select f.outcome, f.transaction_id, f.problem from private.record_payment_fact(
        p_payment_id, 'dispute', p_dispute_id, p_state, p_amount, p_currency, null, null, p_reason, p_evidence_due_by, p_occurred_at) f;
end $$;

revoke all on function public.record_dispute(text, text, text, numeric, text, text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.record_dispute(text, text, text, numeric, text, text, timestamptz, timestamptz) to service_role, console;
