-- The link of a wallet's chain of entries: SHA-256 over the hash before it and everything that the entry says. The same
-- under every session setting.
create or replace function private.ledger_hash(p_previous bytea, p_entry public.ledger_entries)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(coalesce(p_previous, ''::bytea) || pg_catalog.convert_to(pg_catalog.concat_ws('|',
        p_entry.id, p_entry.user_id, p_entry.wallet_id, coalesce(p_entry.transaction_id::text, '-'), p_entry.seq, p_entry.kind,
        p_entry.currency, p_entry.amount, p_entry.balance_after, p_entry.contra, extract(epoch from p_entry.created_at)), 'UTF8'));
end $$;

revoke all on function private.ledger_hash(bytea, public.ledger_entries) from public;
