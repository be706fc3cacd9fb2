-- Refund or return the difference between the facts of a completed payment and its transaction. If the wallet
-- can't pay, the account owes the rest: a pending debit, and the wallet is stopped. Returned money lowers the
-- debt first, then goes to the wallet.
-- The caller holds the locks of private.lock_payment().
-- Returns null, or the reason why the difference could not be moved: wallet_balance_limit.
create or replace function private.follow_facts(p_payment_id text, p_row public.transactions)
returns text
language plpgsql
set search_path = ''
as $$
declare
    v_sums private.payment_sums;
    v_wallet public.wallets;
    v_debts uuid[];
    v_debt public.transactions;
    v_lost numeric;
    v_move numeric;
    v_part numeric;
    v_rest numeric;
    v_rule text;
begin
    select s.* into v_sums from private.payment_sums s where s.payment_id = p_payment_id;
    select p.lost_amount into v_lost from private.payments p where p.id = p_payment_id;
    v_move := v_sums.gone - private.gone_from(p_row);
    if v_move <> 0 then
        -- Lock debts before the wallet, in the order of the code that pays a debt.
        perform from public.transactions d
        where d.id in (select r.owed_transaction_id from private.refunds r where r.transaction_id = p_row.id)
        order by d.id for update;
        select pg_catalog.array_agg(r.owed_transaction_id) into v_debts from private.refunds r
        where r.transaction_id = p_row.id and r.owed_transaction_id is not null;
        select w.* into v_wallet from public.wallets w where w.user_id = p_row.user_id for update;
    end if;

    if v_move > 0 then
        v_part := greatest(least(v_move, case p_row.currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                                             else v_wallet.balance_inr - v_wallet.held_inr end), 0);
        update public.transactions t
        set refunded_amount = t.refunded_amount + v_part, disputed_amount = least(v_sums.paid, v_sums.disputed)
        where t.id = p_row.id;
        if v_part < v_move then
            perform private.owe(p_row, v_move - v_part);
        end if;
    else
        begin
            v_rest := -v_move;
            for v_debt in
                select d.* from public.transactions d
                where d.id = any (v_debts) and d.status in ('pending', 'failed') order by d.status, d.id
            loop
                if v_rest = 0 then
                    null;
                elsif v_debt.amount <= v_rest then
                    -- Remove the link, since nothing is owed any more. A debt that staff failed keeps its
                    -- link: it was forgiven.
                    update private.refunds r set owed_transaction_id = null where r.owed_transaction_id = v_debt.id;
                    update public.transactions d set status = 'failed' where d.id = v_debt.id and d.status = 'pending';
                    v_rest := v_rest - v_debt.amount;
                else
                    update public.transactions d set amount = d.amount - v_rest where d.id = v_debt.id;
                    v_rest := 0;
                end if;
            end loop;
            v_part := least(v_rest, p_row.refunded_amount);
            update public.transactions t
            set refunded_amount = t.refunded_amount - v_part, disputed_amount = least(v_sums.paid, v_sums.disputed)
            where t.id = p_row.id and (v_part > 0 or t.disputed_amount <> least(v_sums.paid, v_sums.disputed));
            v_rest := v_rest - v_part;
            for v_debt in
                select d.* from public.transactions d
                where d.id = any (v_debts) and d.completed_at is not null order by d.id
            loop
                v_part := least(v_rest, v_debt.amount - v_debt.refunded_amount);
                if v_part > 0 then
                    update public.transactions d set refunded_amount = d.refunded_amount + v_part where d.id = v_debt.id;
                    v_rest := v_rest - v_part;
                end if;
            end loop;
        exception when check_violation then
            get stacked diagnostics v_rule = constraint_name;
            if v_rule <> 'wallet_balance_limit' then
                raise;
            end if;
            return v_rule;
        end;
    end if;

    update private.payments p set gone_amount = v_sums.gone, lost_amount = v_sums.lost
    where p.id = p_payment_id and (p.gone_amount, p.lost_amount) is distinct from (v_sums.gone, v_sums.lost);
    if v_sums.lost > v_lost and private.paid_twice(v_sums.paid, v_sums.refunded, v_sums.disputed) then
        perform private.stop_wallet(p_row.user_id);
    elsif v_move < 0 or v_sums.lost < v_lost then
        perform private.resume_wallet(p_row.user_id);
    end if;
    return null;
end $$;

revoke all on function private.follow_facts(text, public.transactions) from public;
