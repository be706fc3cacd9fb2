-- Apply the facts of one payment again, and return its state. An earlier obstacle may have disappeared: the
-- account exists now, the wallet has room, or the payment intent was set later.
-- EXECUTE is granted to console: the worker calls it each minute for waiting payments, and staff by a button.
create or replace function private.retry_payment(p_payment_id text)
returns text
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_payment private.payments;
    v_paid private.payment_objects;
begin
    select p.* into v_payment from private.payments p where p.id = p_payment_id;
    if not found then
        return null;
    end if;
    select o.* into v_paid from private.payment_objects o where o.payment_id = p_payment_id and o.kind = 'payment';
    if v_payment.transaction_id is null and v_paid.state in ('succeeded', 'failed') and v_payment.user_id is not null then
        return (select f.outcome from private.record_payment_fact(
            p_payment_id, 'payment', v_paid.object_id, v_paid.state, v_paid.amount, v_paid.currency, v_payment.user_id,
            null, null, null, null) f);
    end if;
    v_row := private.lock_payment(p_payment_id);
    return private.apply_payment(p_payment_id, v_row);
end $$;

revoke all on function private.retry_payment(text) from public;
grant execute on function private.retry_payment(text) to console;
