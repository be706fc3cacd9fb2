-- Return the hash that links an entry to the chain of its wallet: SHA-256 over the previous hash and all
-- values of the entry. It does not depend on settings of the session.
create or replace function private.ledger_hash(
    p_previous bytea, p_id uuid, p_user_id uuid, p_wallet_id uuid, p_transaction_id uuid, p_seq bigint, p_kind text,
    p_currency text, p_amount numeric, p_balance_after numeric, p_contra text, p_created_at timestamptz)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
    return pg_catalog.sha256(coalesce(p_previous, ''::bytea) || pg_catalog.convert_to(pg_catalog.concat_ws('|',
        p_id, p_user_id, p_wallet_id, coalesce(p_transaction_id::text, '-'), p_seq, p_kind,
        p_currency, p_amount, p_balance_after, p_contra, extract(epoch from p_created_at)), 'UTF8'));
end $$;

revoke all on function private.ledger_hash(
    bytea, uuid, uuid, uuid, uuid, bigint, text, text, numeric, numeric, text, timestamptz) from public;
