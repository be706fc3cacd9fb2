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
