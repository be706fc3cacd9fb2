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
