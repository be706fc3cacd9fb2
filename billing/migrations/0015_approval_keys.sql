-- The console's own table, of some rows a day: nothing waits for it.
-- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
alter table console.approval_requests add constraint approval_request_key_once unique (idempotency_key);

-- What refund_transaction does, past the caller's rights: refunds are kept by key in private.refunds.
-- EXECUTE is granted to exactly the roles that may refund any account's transaction.
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
        raise exception 'there is no transaction %', p_transaction_id
            using errcode = 'foreign_key_violation', constraint = 'refund_of_known_transaction',
                  schema = 'public', table = 'transactions', hint = 'Give the id of a completed transaction.';
    end if;
    v_left := v_row.amount - v_row.refunded_amount - private.owed_of(v_row.id);
    v_amount := coalesce(pg_catalog.round(p_amount, 2), v_left);

    -- The row is locked: of two calls with one key, the second finds the first.
    select r.amount into v_refunded from private.refunds r
    where r.transaction_id = p_transaction_id and r.idempotency_key = p_idempotency_key;
    if found then
        if p_amount is not null and v_refunded <> v_amount then
            raise exception 'idempotency key "%" was used for a refund of %', p_idempotency_key, v_refunded
                using errcode = 'unique_violation', constraint = 'idempotency_key_reused',
                      schema = 'public', table = 'transactions',
                      hint = 'Use a new key for a new refund; send the same amount with the same key.';
        end if;
        return v_row;
    end if;
    if p_amount is null and v_row.status = 'refunded' then
        return v_row;
    end if;
    if v_row.status not in ('completed', 'refunded') then
        raise exception 'a % transaction can''t be refunded', v_row.status
            using errcode = 'check_violation', constraint = 'transaction_status_transition',
                  schema = 'public', table = 'transactions', column = 'status', hint = 'Complete it first.';
    end if;
    if p_amount is not null and not (v_amount > 0 and v_amount <= 99999999.99) then
        raise exception 'a refund of % is not possible', p_amount
            using errcode = 'check_violation', constraint = 'transaction_amount_positive',
                  schema = 'public', table = 'transactions', column = 'refunded_amount',
                  hint = 'Give an amount greater than 0, or none for what is left.';
    end if;
    -- After a dispute all that is left may be owed.
    if v_amount > v_left or v_left <= 0 then
        raise exception 'transaction % has % % left to refund', v_row.id, v_left, v_row.currency
            using errcode = 'check_violation', constraint = 'refund_exceeds_amount',
                  schema = 'public', table = 'transactions', column = 'refunded_amount', hint = 'Refund at most what is left.';
    end if;
    update public.transactions t set refunded_amount = t.refunded_amount + v_amount
    where t.id = p_transaction_id returning t.* into v_row;
    insert into private.refunds (transaction_id, user_id, amount, reason, idempotency_key)
    values (v_row.id, v_row.user_id, v_amount, p_reason, p_idempotency_key);
    return v_row;
end $$;

revoke all on function private.refund(uuid, numeric, text, text) from public;
grant execute on function private.refund(uuid, numeric, text, text) to service_role, console;

-- BEFORE trigger on console.approval_requests: who asked and who decided is the actor of the transaction (private.current_actor),
-- whatever the statement says; a request stays as it is, is decided once, by somebody else, and is never deleted. Of an account
-- that is gone, its reason may become "erased", which closes it (private.erase_account).
-- SECURITY DEFINER: the actor is believed where current_user is the owner.
-- Errors: 23514 approval_by_staff_alone, approval_is_decided, second_person_required.
create or replace function private.check_approval()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record;
begin
    if tg_op = 'DELETE' then
        raise exception 'a request for approval stays on record'
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Decline it instead.';
    end if;
    if tg_op = 'UPDATE' and new.reason = 'erased' and not exists (select from auth.users u where u.id = old.user_id) then
        new := old;
        new.reason := 'erased';
        new.idempotency_key := null;
        if old.decided_at is null then
            new.approved := false;
            new.decided_by := 'erase_account';
            new.decided_by_name := 'erase_account';
            new.decided_at := pg_catalog.now();
        end if;
        return new;
    end if;
    v_actor := private.current_actor();
    if v_actor.kind <> 'staff' then
        raise exception 'only a member of staff asks for approval or decides, not %', v_actor.kind
            using errcode = 'check_violation', constraint = 'approval_by_staff_alone', hint = 'Do it in the console.';
    end if;
    if tg_op = 'INSERT' then
        new.requested_by := v_actor.id;
        new.requested_by_name := coalesce(v_actor.name, v_actor.id);
        new.approved := null;
        new.decided_by := null;
        new.decided_by_name := null;
        new.decided_at := null;
        new.created_at := pg_catalog.now();
        return new;
    end if;
    if old.decided_at is not null then
        raise exception 'it was decided by % already', old.decided_by_name
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Ask again if it is still wanted.';
    elsif new.approved is null
            or (new.kind, new.user_id, new.transaction_id, new.amount, new.currency, new.reason, new.idempotency_key)
               is distinct from
               (old.kind, old.user_id, old.transaction_id, old.amount, old.currency, old.reason, old.idempotency_key) then
        raise exception 'a request for approval stays as it is'
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Decline it and ask again.';
    elsif v_actor.id = old.requested_by then
        raise exception '% asked for it, and can''t decide on it', old.requested_by_name
            using errcode = 'check_violation', constraint = 'second_person_required', hint = 'Ask a colleague to decide.';
    end if;
    new.id := old.id;
    new.requested_by := old.requested_by;
    new.requested_by_name := old.requested_by_name;
    new.created_at := old.created_at;
    new.decided_by := v_actor.id;
    new.decided_by_name := coalesce(v_actor.name, v_actor.id);
    new.decided_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_approval() from public;
