-- Bring the transaction, the wallet and the ledger into agreement with the facts of a payment. Record on the
-- payment what is left to do. Idempotent. The caller holds the locks of private.lock_payment().
-- p_row: the payment's transaction; its id is null if none is recorded yet.
-- Returns payments.state:
--   settled    transaction and ledger agree with the facts
--   waiting    refunds or disputes are known, but their payment is not
--   attention  staff must act: payments.problem says why
--   ignored    the payment belongs to no account of AiRa
create or replace function private.apply_payment(p_payment_id text, p_row public.transactions)
returns text
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions := p_row;
    v_payment private.payments;
    v_paid private.payment_objects;
    v_state text := 'settled';
    v_problem text;
    v_rule text;
begin
    select p.* into v_payment from private.payments p where p.id = p_payment_id;
    select o.* into v_paid from private.payment_objects o where o.payment_id = p_payment_id and o.kind = 'payment';

    if v_row.id is null then
        if v_paid.object_id is null then
            v_state := 'waiting';
        elsif v_payment.user_id is null then
            v_state := 'ignored';
        elsif v_paid.state = 'succeeded' and v_paid.amount > 0 then
            v_state := 'attention';
            v_problem := case
                when v_paid.currency not in ('USD', 'INR') then 'currency_unsupported'
                when v_paid.amount > 99999999.99 then 'amount_limit'
                else 'account_unknown' end;
        end if;
    elsif v_paid.object_id is not null
          and ((v_payment.user_id is not null and v_payment.user_id <> v_row.user_id) or v_paid.currency <> v_row.currency) then
        v_state := 'attention';
        v_problem := case when v_paid.currency <> v_row.currency then 'currency_differs' else 'account_differs' end;
    elsif v_row.completed_at is null then
        if v_paid.state = 'succeeded' and v_paid.amount > 99999999.99 then
            v_state := 'attention';
            v_problem := 'amount_limit';
        elsif v_paid.state = 'succeeded' and v_paid.amount > 0 then
            begin
                update public.transactions t set status = 'completed', amount = v_paid.amount
                where t.id = v_row.id returning t.* into v_row;
            exception when check_violation then
                get stacked diagnostics v_rule = constraint_name;
                if v_rule <> 'wallet_balance_limit' then
                    raise;
                end if;
                v_state := 'attention';
                v_problem := 'wallet_balance_limit';
            end;
        elsif v_paid.state in ('failed', 'cancelled') and v_row.status = 'pending' then
            update public.transactions t set status = 'failed' where t.id = v_row.id returning t.* into v_row;
        end if;
    elsif v_paid.state = 'succeeded' and v_paid.amount <> v_row.amount then
        -- The posted amount can't change. Refunds and disputes are computed from it.
        v_state := 'attention';
        v_problem := 'amount_differs';
    end if;

    if v_row.completed_at is not null then
        -- The posting may already have applied the facts.
        select t.* into v_row from public.transactions t where t.id = v_row.id;
        v_problem := coalesce(private.follow_facts(p_payment_id, v_row), v_problem);
        v_state := case when v_problem is null then 'settled' else 'attention' end;
    elsif v_state = 'settled'
          and exists (select from private.payment_objects o where o.payment_id = p_payment_id and o.kind <> 'payment') then
        v_state := 'waiting';
    end if;

    update private.payments p
    set state = v_state, problem = v_problem, transaction_id = v_row.id,
        since = case when p.state = v_state then p.since else pg_catalog.now() end
    where p.id = p_payment_id;
    return v_state;
end $$;

revoke all on function private.apply_payment(text, public.transactions) from public;
