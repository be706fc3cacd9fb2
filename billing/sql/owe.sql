-- Record that an account owes the part of a payment that its wallet could not return. Each payment has one
-- pending debit for it, which grows. The wallet is stopped until the debt is paid.
-- p_row: the payment's transaction. p_amount: the new debt, in its currency.
create or replace function private.owe(p_row public.transactions, p_amount numeric)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_debt_id uuid;
begin
    update public.transactions d set amount = d.amount + p_amount
    where d.id = (select d.id from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
                  where r.transaction_id = p_row.id and d.status = 'pending' order by d.id limit 1)
    returning d.id into v_debt_id;
    if v_debt_id is null then
        insert into public.transactions (user_id, type, amount, currency, description, metadata)
        values (p_row.user_id, 'debit', p_amount, p_row.currency, 'Owed after a dispute',
                pg_catalog.jsonb_build_object('disputed_transaction_id', p_row.id))
        returning id into v_debt_id;
        insert into private.refunds (transaction_id, user_id, amount, reason, owed_transaction_id)
        values (p_row.id, p_row.user_id, 0, 'The payment provider took back more than the wallet had', v_debt_id);
    end if;
    perform private.stop_wallet(p_row.user_id);
end $$;

revoke all on function private.owe(public.transactions, numeric) from public;
