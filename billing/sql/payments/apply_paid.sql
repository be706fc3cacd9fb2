-- Apply facts that were reported before their payment was recorded, such as a refund that arrived first.
-- Called after payments were posted. A payment without such facts costs one row in private.payments, which
-- makes the next report wait.
-- p_ids: transactions that this database transaction has just posted.
create or replace function private.apply_paid(p_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions;
begin
    for v_row in
        select t.* from public.transactions t where t.id = any (p_ids) order by t.stripe_payment_intent_id
    loop
        insert into private.payments as p (id, transaction_id, user_id, state, since)
        values (v_row.stripe_payment_intent_id, v_row.id, v_row.user_id, 'settled', pg_catalog.now())
        on conflict (id) do update set transaction_id = v_row.id, user_id = coalesce(p.user_id, v_row.user_id);
        if exists (select from private.payment_facts f where f.payment_id = v_row.stripe_payment_intent_id) then
            perform private.apply_payment(v_row.stripe_payment_intent_id, v_row);
        end if;
    end loop;
end $$;

revoke all on function private.apply_paid(uuid[]) from public;
