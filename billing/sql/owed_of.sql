-- Return the debt of a credit: the pending debits for the part of its disputes that the wallet could not pay.
-- A debit that staff failed does not count. The debt counts as already refunded.
-- SECURITY DEFINER: no role can read private.refunds. EXECUTE is granted to the roles that write
-- transactions.
create or replace function private.owed_of(p_transaction_id uuid)
returns numeric
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return coalesce((
        select pg_catalog.sum(d.amount - d.refunded_amount)
        from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
        where r.transaction_id = p_transaction_id and d.status in ('pending', 'completed')), 0);
end $$;

revoke all on function private.owed_of(uuid) from public;
grant execute on function private.owed_of(uuid) to service_role, console;
