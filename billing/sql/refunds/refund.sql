-- Do the work of refund_transaction beyond the rights of the caller. private.refunds stores each refund by
-- its idempotency key.
-- EXECUTE is granted only to the roles that may refund transactions of any account.
create or replace function private.refund(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_refunded numeric;
    v_amount numeric;
    v_left numeric;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found then
        raise exception 'transaction % does not exist', p_transaction_id
            using errcode = 'foreign_key_violation', constraint = 'refund_of_known_transaction',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed transaction.';
    end if;
    v_left := private.left_to_refund(v_row);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);

    -- The row is locked, so the second of two calls with one key finds the first.
    select r.amount into v_refunded from private.refunds r
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_refunded <> v_amount then
            raise exception 'idempotency key "%" was used for a refund of %', p_idempotency_key, v_refunded
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new refund. To repeat a request, send the same amount.';
        end if;
        return v_row;
    end if;
    if p_amount is null and v_row.status = 'refunded' then
        return v_row;
    end if;
    if v_row.status not in ('completed', 'refunded') then
        raise exception 'a % transaction can''t be refunded', v_row.status
            using errcode = 'check_violation', constraint = 'transaction_status_transition',
                  schema = 'public', table = 'transactions', column = 'status', hint = 'Complete the transaction first.';
    end if;
    if p_amount is not null and not (v_amount > 0 and v_amount <= 99999999.99) then
        raise exception 'a refund can''t have the amount %', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'refunded_amount',
                  hint = 'Give an amount greater than 0, or leave it empty to refund all that is left.';
    end if;
    -- After a dispute, the account may owe all that is left.
    if v_amount > v_left or v_left <= 0 then
        raise exception 'transaction % has % % left to refund', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Refund at most that amount.';
    end if;
    update public.transactions t set refunded_amount = t.refunded_amount + v_amount
    where t.id = p_transaction_id returning t.* into v_row;
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key)
    values (v_row.id, v_row.user_id, v_amount, p_reason, p_idempotency_key);
    return v_row;
end $$;

revoke all on function private.refund(uuid, numeric, text, text) from public;
grant execute on function private.refund(uuid, numeric, text, text) to service_role, console;
