-- Return what a change of a transaction moves, in its currency.
-- p_old: null for a new transaction.
-- kind: post, refund or reinstate. amount: the change of the balance. held: the change of the part of the
-- balance that holds reserve. contra: where the money comes from or goes to.
create or replace function private.movement(
    p_new public.transactions, p_old public.transactions,
    out kind text, out amount numeric, out held numeric, out contra text)
language plpgsql immutable
set search_path = ''
as $$
begin
    kind := case when p_new.refunded_amount > p_old.refunded_amount then 'refund'
                 when p_new.refunded_amount < p_old.refunded_amount then 'reinstate' else 'post' end;
    amount := case p_new.type when 'credit' then 1 else -1 end
              * (case when p_new.status = 'completed' and (p_old.status in ('completed', 'refunded')) is not true then p_new.amount else 0 end
                 - coalesce(p_new.refunded_amount - p_old.refunded_amount, 0));
    held := case when p_new.hold and p_new.status = 'pending' then p_new.amount else 0 end
            - case when p_old.hold and p_old.status = 'pending' then p_old.amount else 0 end;
    contra := case when p_new.stripe_payment_intent_id is not null then 'stripe'
                   when p_new.business_number_id is not null then 'number' else 'adjustment' end;
end $$;

revoke all on function private.movement(public.transactions, public.transactions) from public;
