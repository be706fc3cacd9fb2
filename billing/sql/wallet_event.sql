-- AFTER trigger on wallets. It writes an event of the type that its argument gives: wallet.low or wallet.stopped.
-- SECURITY DEFINER: no role may write events.
create or replace function private.wallet_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into private.events (type, object_id, user_id, "row", row_before)
    values (tg_argv[0], new.id, new.user_id,
            pg_catalog.to_jsonb(new) - 'ledger_hash', pg_catalog.to_jsonb(old) - 'ledger_hash');
    return null;
end $$;

revoke all on function private.wallet_event() from public;
