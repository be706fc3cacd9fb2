-- BEFORE trigger on wallets, for what a role may write: the currency is one of ours. Sets updated_at, and forgets who
-- stopped a wallet that goes on.
-- Errors: 23514 wallet_currency_known.
create or replace function private.check_wallet()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.currency not in ('USD', 'INR') then
        raise exception 'the currency "%" is not known', new.currency
            using errcode = 'check_violation', constraint = 'wallet_currency_known',
                  schema = 'public', table = 'wallets', column = 'currency', hint = 'Use USD or INR.';
    end if;
    if new.stopped_by_provider and new.is_active then
        new.stopped_by_provider := false;
    end if;
    new.updated_at := pg_catalog.now();
    return new;
end $$;

revoke all on function private.check_wallet() from public;
