-- BEFORE trigger on console.approval_requests. It takes who requested and who decided from the actor of the
-- database transaction (private.current_actor), whatever the statement says. A request never changes, is
-- decided once by another member of staff, and is never deleted. Only private.erase_account may set its
-- reason to "erased" and close it, when its account is erased.
-- SECURITY DEFINER: private.current_actor trusts aira.actor only if current_user is the owner.
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
        raise exception 'an approval request can''t be deleted'
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
        raise exception 'only staff can request or decide an approval, not an actor of kind "%"', v_actor.kind
            using errcode = 'check_violation', constraint = 'approval_by_staff_alone', hint = 'Sign in to the console and do it there.';
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
        raise exception '% has already decided this approval request', old.decided_by_name
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Create a new approval request if you still need it.';
    elsif new.approved is null
            or (new.kind, new.user_id, new.transaction_id, new.amount, new.currency, new.reason, new.idempotency_key)
               is distinct from
               (old.kind, old.user_id, old.transaction_id, old.amount, old.currency, old.reason, old.idempotency_key) then
        raise exception 'an approval request can''t be changed'
            using errcode = 'check_violation', constraint = 'approval_is_decided', hint = 'Decline it and create a new one.';
    elsif v_actor.id = old.requested_by then
        raise exception '% made this request and can''t decide it', old.requested_by_name
            using errcode = 'check_violation', constraint = 'second_person_required', hint = 'Ask a colleague to approve or decline it.';
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
