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
