-- BEFORE DELETE trigger on wallets. It writes `close` entries for the rest of the balances, then lets the
-- wallet go with its account. While the account exists, the wallet can't be deleted.
-- SECURITY DEFINER: it reads auth.users and writes ledger entries.
-- Errors: 23514 transaction_is_posted.
create or replace function private.close_wallet()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if exists (select from auth.users u where u.id = old.user_id) then
        raise exception 'the wallet of account % can''t be deleted while the account exists', old.user_id
            using errcode = 'check_violation', constraint = 'transaction_is_posted', schema = 'public', table = 'wallets',
                  hint = 'Deactivate the wallet instead. It is deleted together with its account.';
    end if;
    if old.balance_usd <> 0 then
        perform private.append_entry(old, null, 'close', 'USD', -old.balance_usd, 0, 'account_closed');
    end if;
    if old.balance_inr <> 0 then
        perform private.append_entry(old, null, 'close', 'INR', -old.balance_inr, 0, 'account_closed');
    end if;
    return old;
end $$;

revoke all on function private.close_wallet() from public;
