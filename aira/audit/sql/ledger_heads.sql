-- Return the newest ledger entry of each wallet that got entries since a time: its number in the chain of the
-- wallet, and its hash in hexadecimal.
-- p_since: null returns all wallets.
-- SECURITY DEFINER: it reads the entries of all accounts.
create or replace function private.ledger_heads(p_since timestamptz default null)
returns table (wallet_id uuid, seq bigint, hash text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    select distinct on (e.wallet_id) e.wallet_id, e.seq, pg_catalog.encode(e.hash, 'hex')
    from public.ledger_entries e where p_since is null or e.created_at >= p_since
    order by e.wallet_id, e.seq desc;
end $$;

revoke all on function private.ledger_heads(timestamptz) from public;
grant execute on function private.ledger_heads(timestamptz) to console;
