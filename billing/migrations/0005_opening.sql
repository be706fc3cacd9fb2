-- What wallets held before there was a ledger: one opening entry for each balance.
do $$
declare
    v_wallet public.wallets;
begin
    for v_wallet in
        select w.* from public.wallets w
        where not exists (select from public.ledger_entries e where e.wallet_id = w.id) order by w.user_id
    loop
        if v_wallet.balance_usd <> 0 then
            perform private.append_entry(v_wallet, null, 'opening', 'USD', v_wallet.balance_usd, v_wallet.balance_usd, 'opening');
        end if;
        if v_wallet.balance_inr <> 0 then
            perform private.append_entry(v_wallet, null, 'opening', 'INR', v_wallet.balance_inr, v_wallet.balance_inr, 'opening');
        end if;
    end loop;
end $$;
