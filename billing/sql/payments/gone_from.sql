-- Return the part of a credit that went back: refunded by its wallet, owed by its account, or forgiven by
-- staff (a debt that they failed). At most its amount.
create or replace function private.gone_from(p_row public.transactions)
returns numeric
language plpgsql stable
set search_path = ''
as $$
begin
    return least(p_row.amount, p_row.refunded_amount + coalesce((
        select pg_catalog.sum(d.amount - d.refunded_amount)
        from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
        where r.transaction_id = p_row.id), 0));
end $$;

revoke all on function private.gone_from(public.transactions) from public;
grant execute on function private.gone_from(public.transactions) to console;
