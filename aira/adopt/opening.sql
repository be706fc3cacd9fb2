-- Write an opening entry for each balance from before the ledger, and the head of each chain. An empty wallet gets an
-- entry of 0 if its account has completed or refunded transactions. Wallets with entries are skipped. The hashes equal
-- those of private.append_entry, which writes for one wallet at a time.
with money as (
    select w.id, w.user_id, w.currency, w.balance_usd, w.balance_inr, pg_catalog.gen_random_uuid() as usd_id, pg_catalog.gen_random_uuid() as inr_id,
           pg_catalog.clock_timestamp() as at,
           w.balance_usd = 0 and w.balance_inr = 0 and exists (
               select from public.transactions t where t.user_id = w.user_id and t.status in ('completed', 'refunded')) as emptied
    from public.wallets w where not exists (select from public.ledger_entries e where e.wallet_id = w.id)
    offset 0
), first as (
    select m.*, x.currency as first_currency, x.id as first_id, x.amount as first_amount,
           private.ledger_hash(null, x.id, m.user_id, m.id, null, 1, 'opening', x.currency, x.amount, x.amount, 'opening', m.at) as first_hash
    from money m
    cross join lateral (
        select c.currency, c.amount, c.id
        from (values ('USD', m.balance_usd, m.usd_id), ('INR', m.balance_inr, m.inr_id)) as c (currency, amount, id)
        where c.amount <> 0 or (m.emptied and c.currency = m.currency) order by c.currency desc limit 1) x
), written as (
    insert into public.ledger_entries (id, user_id, wallet_id, transaction_id, seq, kind, currency, amount, balance_after, contra, created_at, updated_at, hash)
    select f.first_id, f.user_id, f.id, null::uuid, 1, 'opening', f.first_currency, f.first_amount, f.first_amount, 'opening', f.at, f.at, f.first_hash
    from first f
    union all
    select f.inr_id, f.user_id, f.id, null::uuid, 2, 'opening', 'INR', f.balance_inr, f.balance_inr, 'opening', f.at, f.at,
           private.ledger_hash(f.first_hash, f.inr_id, f.user_id, f.id, null, 2, 'opening', 'INR', f.balance_inr, f.balance_inr, 'opening', f.at)
    from first f where f.first_currency = 'USD' and f.balance_inr <> 0
    returning wallet_id, seq, hash, created_at
)
update public.wallets w set ledger_seq = e.seq, ledger_hash = e.hash, ledger_at = e.created_at
from (select distinct on (n.wallet_id) n.* from written n order by n.wallet_id, n.seq desc) e
where e.wallet_id = w.id;
