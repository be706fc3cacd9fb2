drop function private.close_wallet();
drop function private.post_transactions();
drop function private.append_entry(public.wallets, uuid, text, text, numeric, numeric, text);
drop function private.ledger_hash(bytea, public.ledger_entries);
