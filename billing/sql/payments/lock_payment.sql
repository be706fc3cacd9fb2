-- Lock a payment until the end of the transaction. Return its transaction, also locked, or null if none is
-- recorded yet.
-- The lock order is transaction, payment, wallet: a statement that completes a transaction holds its row
-- before the payment's.
-- Creates the payment's row on first need, and adds refunds made since the last call to `requested_amount`.
-- p_payment_id: the provider's payment intent, or the transaction's id for a payment without one.
-- Only SECURITY DEFINER functions call it; no role holds EXECUTE.
create or replace function private.lock_payment(p_payment_id text)
returns public.transactions
language plpgsql
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_payment private.payments;
    v_gone numeric;
begin
    for v_try in 1..100 loop
        begin
            select t.* into v_row from public.transactions t
            where t.type = 'credit' and t.stripe_payment_intent_id = p_payment_id for update;
            if not found and p_payment_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
                select t.* into v_row from public.transactions t
                where t.type = 'credit' and t.id = p_payment_id::uuid for update;
            end if;
            insert into private.payments as p (id, transaction_id, user_id)
            values (p_payment_id, v_row.id, v_row.user_id)
            on conflict (id) do update set transaction_id = coalesce(v_row.id, p.transaction_id), user_id = coalesce(p.user_id, v_row.user_id),
                updated_at = pg_catalog.now()
            returning p.* into v_payment;
            -- Another session recorded the transaction while this call waited for the payment's row. Release
            -- the row and lock both again in the right order.
            if v_row.id is null and exists (
                select from public.transactions t where t.type = 'credit' and t.stripe_payment_intent_id = p_payment_id) then
                raise exception using errcode = 'P0AGN';
            end if;
            exit;
        exception when sqlstate 'P0AGN' then
            v_row := null;
        end;
    end loop;
    if v_row.completed_at is not null then
        -- Refunds by staff change `refunded_amount` directly: they are requests that the provider may confirm
        -- later.
        v_gone := private.gone_from(v_row) - v_payment.gone_amount;
        if v_gone > 0 then
            update private.payments p
            set requested_amount = greatest(p.requested_amount, s.known_refunds, s.reported_total) + v_gone,
                gone_amount = p.gone_amount + v_gone
            from private.payment_sums s
            where p.id = v_payment.id and s.payment_id = p.id;
        end if;
    end if;
    return v_row;
end $$;

revoke all on function private.lock_payment(text) from public;
