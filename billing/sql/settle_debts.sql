-- Pay an account's debts after disputes and refunds from the available balance, and activate the wallet once
-- nothing is owed. post_transactions calls it when a stopped wallet receives money, and holds the wallet's
-- lock.
-- It skips a debt that another session is changing. The next call pays it: billing.tasks makes one a minute.
create or replace function private.settle_debts(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_wallet public.wallets;
    v_debt public.transactions;
    v_payment_id uuid;
    v_spendable numeric;
begin
    for v_debt in
        select d.* from public.transactions d
        where d.user_id = p_user_id and d.status = 'pending'
          and d.id in (select r.owed_transaction_id from private.refunds r where r.user_id = p_user_id)
        order by d.created_at, d.id for update skip locked
    loop
        select w.* into v_wallet from public.wallets w where w.user_id = p_user_id for update;
        v_spendable := case v_debt.currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                            else v_wallet.balance_inr - v_wallet.held_inr end;
        if v_spendable >= v_debt.amount then
            -- A stopped wallet takes no debit, so activate it for this one.
            update public.wallets w set is_active = true where w.id = v_wallet.id and not w.is_active;
            update public.transactions d set status = 'completed' where d.id = v_debt.id;
            update public.wallets w set is_active = false, stopped_by_provider = v_wallet.stopped_by_provider
            where w.id = v_wallet.id and not v_wallet.is_active;
        elsif v_spendable > 0 then
            select t.id into v_payment_id
            from private.refunds r join public.transactions t on t.id = r.transaction_id
            where r.owed_transaction_id = v_debt.id for update of t skip locked;
            if found then
                update public.transactions d set amount = d.amount - v_spendable where d.id = v_debt.id;
                update public.transactions t set refunded_amount = t.refunded_amount + v_spendable where t.id = v_payment_id;
            end if;
        end if;
    end loop;
    perform private.resume_wallet(p_user_id);
end $$;

revoke all on function private.settle_debts(uuid) from public;
