-- AFTER trigger on wallets. It writes an event of the type that its argument gives: wallet.low or wallet.stopped.
-- A wallet is low if the balance in its own currency fell below 5 USD or 400 INR.
-- SECURITY DEFINER: no role may write events.
create or replace function private.wallet_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into private.events (type, object_id, user_id, "row", row_before)
    select tg_argv[0], new.id, new.user_id,
           pg_catalog.to_jsonb(new) - 'ledger_hash', pg_catalog.to_jsonb(old) - 'ledger_hash'
    where tg_argv[0] = 'wallet.stopped'
       or case new.currency when 'USD' then new.balance_usd < 5 and old.balance_usd >= 5
                            else new.balance_inr < 400 and old.balance_inr >= 400 end;
    return null;
end $$;

revoke all on function private.wallet_event() from public;
