"""Forge the newest ledger entry as a superuser: the entry, its transaction, its wallet and all hashes agree."""

FORGED = """
    with newest as (
        select e.*, (select p.hash from ledger_entries p where p.wallet_id = e.wallet_id and p.seq = e.seq - 1) as previous
        from ledger_entries e order by e.seq desc limit 1
    ), forged as (
        update ledger_entries e set amount = n.amount + 500, balance_after = n.balance_after + 500,
            hash = private.ledger_hash(n.previous, n.id, n.user_id, n.wallet_id, n.transaction_id, n.seq, n.kind, n.currency,
                                       n.amount + 500, n.balance_after + 500, n.contra, n.created_at)
        from newest n where e.id = n.id returning e.*
    ), paid as (
        update transactions t set amount = t.amount + 500 from forged f where t.id = f.transaction_id
    )
    update wallets w set balance_usd = w.balance_usd + 500, ledger_hash = f.hash from forged f where w.id = f.wallet_id
"""
