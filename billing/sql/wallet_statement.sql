-- Return the statement of one currency of an account's wallet, from p_from (included) to p_to (excluded): one
-- row with the opening balance, the entries as a JSON list in their order, and the closing balance. Row
-- security applies: for a user, the statement of another account is empty.
-- Errors: 22023 p_from is later than p_to.
create or replace function public.wallet_statement(p_user_id uuid, p_from timestamptz, p_to timestamptz, p_currency text)
returns table (opening_balance numeric, entries jsonb, closing_balance numeric)
language plpgsql stable
set search_path = ''
as $$
begin
    if p_from > p_to then
        raise exception 'the beginning of the statement, %, is later than its end, %', p_from, p_to
            using errcode = 'invalid_parameter_value', hint = 'Exchange p_from and p_to.';
    end if;
    -- created_at rises with seq in a wallet, so the last entry before a time has the balance at that time.
    opening_balance := coalesce((
        select e.balance_after from public.ledger_entries e
        where e.user_id = p_user_id and e.currency = p_currency and e.created_at < p_from
        order by e.created_at desc, e.seq desc limit 1), 0);
    closing_balance := coalesce((
        select e.balance_after from public.ledger_entries e
        where e.user_id = p_user_id and e.currency = p_currency and e.created_at < p_to
        order by e.created_at desc, e.seq desc limit 1), 0);
    entries := coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'seq', e.seq, 'kind', e.kind, 'amount', e.amount, 'balance_after', e.balance_after, 'contra', e.contra,
            'transaction_id', e.transaction_id, 'created_at', e.created_at) order by e.seq)
        from public.ledger_entries e
        where e.user_id = p_user_id and e.currency = p_currency and e.created_at >= p_from and e.created_at < p_to), '[]');
    return next;
end $$;

revoke all on function public.wallet_statement(uuid, timestamptz, timestamptz, text) from public, anon, authenticated, service_role;
grant execute on function public.wallet_statement(uuid, timestamptz, timestamptz, text) to authenticated, service_role, console;
