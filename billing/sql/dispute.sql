-- What dispute_transaction does, past the caller's rights.
-- EXECUTE is granted to exactly the roles that may refund any account's transaction.
create or replace function private.dispute(p_transaction_id uuid, p_amount numeric, p_reason text, p_idempotency_key text)
returns public.transactions
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row public.transactions;
    v_wallet public.wallets;
    v_amount numeric;
    v_taken numeric;
    v_left numeric;
    v_asked numeric;
    v_owed_id uuid;
begin
    select t.* into v_row from public.transactions t where t.id = p_transaction_id for update;
    if not found or v_row.type <> 'credit' or v_row.completed_at is null then
        raise exception 'transaction % is no completed credit', p_transaction_id
            using errcode = 'check_violation', constraint = 'dispute_of_completed_credit',
                  schema = 'public', table = 'transactions', hint = 'A dispute takes back a payment that was received.';
    end if;
    -- The row is locked: of two calls with one key, the second finds what the first did.
    select r.amount + coalesce(d.amount, 0) into v_asked
    from private.refunds r left join public.transactions d on d.id = r.owed_transaction_id
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_asked <> pg_catalog.round(p_amount, 2) then
            raise exception 'idempotency key "%" was used for a dispute of %', p_idempotency_key, v_asked
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new dispute; send the same amount with the same key.';
        end if;
        return v_row;
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);
    if not (v_amount > 0 and v_amount <= v_left) then
        raise exception 'transaction % has % % left to dispute', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Dispute at most what is left.';
    end if;
    select w.* into v_wallet from public.wallets w where w.user_id = v_row.user_id for update;
    v_taken := least(v_amount, case v_row.currency when 'USD' then v_wallet.balance_usd - v_wallet.held_usd
                                                   else v_wallet.balance_inr - v_wallet.held_inr end);
    if v_taken > 0 then
        update public.transactions t set refunded_amount = t.refunded_amount + v_taken
        where t.id = p_transaction_id returning t.* into v_row;
    end if;
    if v_taken < v_amount then
        update public.wallets w set is_active = false where w.id = v_wallet.id;
        insert into public.transactions (user_id, type, amount, currency, description, metadata)
        values (v_row.user_id, 'debit', v_amount - v_taken, v_row.currency, 'Owed after a dispute',
                pg_catalog.jsonb_build_object('disputed_transaction_id', v_row.id, 'reason', p_reason))
        returning id into v_owed_id;
    end if;
    -- Also for nothing taken: the key is what makes a repeated call harmless.
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key, owed_transaction_id)
    values (v_row.id, v_row.user_id, v_taken, p_reason, p_idempotency_key, v_owed_id);
    return v_row;
end $$;

revoke all on function private.dispute(uuid, numeric, text, text) from public;
grant execute on function private.dispute(uuid, numeric, text, text) to service_role, console;
