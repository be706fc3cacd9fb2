-- BEFORE DELETE trigger on transactions: what is posted or holds money stays as long as its account exists.
-- SECURITY DEFINER: looks into auth.users.
-- Errors: 23514 transaction_is_posted.
create or replace function private.keep_posted_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if (old.completed_at is not null or (old.hold and old.status = 'pending'))
       and exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'transaction % is % and can''t be deleted', old.id, old.status
            using errcode = 'check_violation', constraint = 'transaction_is_posted',
                  schema = 'public', table = 'transactions',
                  hint = 'Refund it; a hold is released by setting it to failed.';
    end if;
    return old;
end $$;

revoke all on function private.keep_posted_transaction() from public;
