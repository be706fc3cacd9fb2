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
