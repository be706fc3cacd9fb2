-- Prepare a wallet for a posting that found none: create it on first need, or raise the error that explains
-- the refusal. After it returns, the posting can be tried again, and the wallet is locked.
-- p_amount: the change of the balance. p_held: the change of the part that holds reserve. Both in p_currency.
-- Errors: 23514 wallet_is_active, wallet_balance_not_negative (DETAIL is JSON: required, available,
--   currency), wallet_balance_limit.
create or replace function private.require_wallet(
    p_user_id uuid, p_transaction_id uuid, p_kind text, p_currency text, p_amount numeric, p_held numeric)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_wallet public.wallets;
    v_available numeric;
begin
    select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    if not found then
        -- If two sessions need the wallet at the same moment, one creates it and both continue with it.
        insert into public.wallets (user_id, currency) values (p_user_id, p_currency) on conflict (user_id) do nothing;
        select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
    end if;
    if (p_held > 0 or (p_amount < 0 and p_kind = 'post')) and not v_wallet.is_active then
        raise exception 'the wallet of account % is stopped and takes no debits', p_user_id
            using errcode = 'check_violation', constraint = 'wallet_is_active', schema = 'public', table = 'wallets',
                  hint = 'Activate the wallet first. A stopped wallet takes only credits.';
    end if;
    -- A capture spends the amount that its hold reserved.
    v_available := case p_currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                   else v_wallet.balance_inr - v_wallet.held_inr end - least(p_held, 0);
    if v_available < greatest(-p_amount, p_held) then
        raise exception 'the wallet of account % has % % available, but transaction % needs %', p_user_id, v_available, p_currency, p_transaction_id,
                        greatest(-p_amount, p_held)
            using errcode = 'check_violation', constraint = 'wallet_balance_not_negative', schema = 'public', table = 'wallets',
                  detail = pg_catalog.json_build_object('required', greatest(-p_amount, p_held)::text,
                                                        'available', v_available::text, 'currency', p_currency),
                  hint = 'Ask the customer to top up, then complete the transaction again.';
    end if;
    if (case p_currency when 'USD' then v_wallet.balance_usd else v_wallet.balance_inr end) + p_amount > 99999999.99 then
        raise exception 'the balance of account % would exceed 99999999.99 %', p_user_id, p_currency
            using errcode = 'check_violation', constraint = 'wallet_balance_limit', schema = 'public', table = 'wallets',
                  hint = 'Pay out part of the balance first.';
    end if;
end $$;

revoke all on function private.require_wallet(uuid, uuid, text, text, numeric, numeric) from public;
