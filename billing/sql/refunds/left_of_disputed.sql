-- Of a debit that stands for what a dispute could not take: what is left of the payment, neither given back nor owed by others.
-- Null for any other transaction.
-- SECURITY DEFINER: private.refunds is in nobody's reach. EXECUTE is granted to the roles that write transactions.
create or replace function private.left_of_disputed(p_debit_id uuid)
returns numeric
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (
        select c.amount - c.refunded_amount - private.owed_of(c.id)
        from private.refunds r join public.transactions c on c.id = r.transaction_id
        where r.owed_transaction_id = p_debit_id);
end $$;

revoke all on function private.left_of_disputed(uuid) from public;
grant execute on function private.left_of_disputed(uuid) to service_role, console;
