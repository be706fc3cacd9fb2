-- BEFORE DELETE trigger on transactions. While the account exists, transactions that are posted or hold money
-- can't be deleted.
-- SECURITY DEFINER: it reads auth.users.
-- Errors: 23514 transaction_is_posted.
create or replace function private.keep_posted_transaction()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if (old.completed_at is not null or (old.hold and old.status = 'pending'))
       and exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'transaction % is % and can''t be deleted while its account exists', old.id, old.status
            using errcode = 'check_violation', constraint = 'transaction_is_posted',
                  schema = 'public', table = 'transactions',
                  hint = 'Refund it. To release a hold, set it to failed.';
    end if;
    return old;
end $$;

revoke all on function private.keep_posted_transaction() from public;
