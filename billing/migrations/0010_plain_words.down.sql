-- Return every contradiction between wallets, transactions, ledger entries and payments, from one snapshot.
-- No rows mean that all agree.
-- p_users: the accounts to check; null checks all, including rows whose account no longer exists.
-- SECURITY DEFINER: it compares all accounts, and reads the catalog of triggers.
create or replace function private.ledger_problems(p_users uuid[] default null)
returns table (problem text, subject text, detail text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    with chain as (
        select e.id, e.transaction_id, e.kind, e.contra, e.created_at, e.wallet_id, e.user_id, e.seq, e.amount, e.balance_after, e.currency, e.hash,
               pg_catalog.lag(e.seq, 1, 0::bigint) over wallet as previous_seq,
               pg_catalog.lag(e.hash) over wallet as previous_hash,
               pg_catalog.lag(e.balance_after, 1, 0::numeric) over (partition by e.wallet_id, e.currency order by e.seq) as previous_balance
        from public.ledger_entries e where p_users is null or e.user_id = any(p_users)
        window wallet as (partition by e.wallet_id order by e.seq)
    ), sums as (
        select e.wallet_id, pg_catalog.max(e.seq) as seq,
               pg_catalog.sum(e.amount) filter (where e.currency = 'USD') as usd,
               pg_catalog.sum(e.amount) filter (where e.currency = 'INR') as inr
        from public.ledger_entries e where p_users is null or e.user_id = any(p_users) group by e.wallet_id
    ), held as (
        select t.user_id,
               pg_catalog.sum(t.amount) filter (where t.currency = 'USD') as usd,
               pg_catalog.sum(t.amount) filter (where t.currency = 'INR') as inr
        from public.transactions t where t.hold and t.status = 'pending' and (p_users is null or t.user_id = any(p_users)) group by t.user_id
    ), posted as (
        select e.transaction_id,
               pg_catalog.count(*) filter (where e.kind = 'post') as posts,
               pg_catalog.sum(e.amount) filter (where e.kind = 'post') as post_amount,
               coalesce(pg_catalog.sum(e.amount) filter (where e.kind in ('refund', 'reinstate')), 0) as refund_amount
        from public.ledger_entries e where e.transaction_id is not null and (p_users is null or e.user_id = any(p_users)) group by e.transaction_id
    )
    select 'seq_gap', c.wallet_id::text, pg_catalog.format('entry %s follows %s', c.seq, c.previous_seq)
    from chain c where c.seq <> c.previous_seq + 1
    union all
    select 'balance_after_wrong', c.wallet_id::text,
           pg_catalog.format('entry %s: %s plus %s is %s, but its balance_after is %s', c.seq, c.previous_balance, c.amount, c.previous_balance + c.amount, c.balance_after)
    from chain c where c.balance_after <> c.previous_balance + c.amount
    union all
    select 'hash_wrong', c.wallet_id::text, pg_catalog.format('entry %s was changed after it was written', c.seq)
    from chain c
    where c.hash <> private.ledger_hash(c.previous_hash, c.id, c.user_id, c.wallet_id, c.transaction_id, c.seq, c.kind, c.currency,
                                        c.amount, c.balance_after, c.contra, c.created_at)
    union all
    select 'head_differs', w.id::text, pg_catalog.format('the wallet counts %s entries, or has another newest one; its chain has %s', w.ledger_seq, coalesce(s.seq, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id left join public.ledger_entries e on e.wallet_id = w.id and e.seq = s.seq
    where (p_users is null or w.user_id = any(p_users))
      and (w.ledger_seq <> coalesce(s.seq, 0) or w.ledger_hash is distinct from e.hash)
    union all
    select 'balance_differs', w.id::text,
           pg_catalog.format('the wallet has %s USD, %s INR, but its entries add up to %s USD, %s INR', w.balance_usd, w.balance_inr, coalesce(s.usd, 0), coalesce(s.inr, 0))
    from public.wallets w left join sums s on s.wallet_id = w.id
    where (w.balance_usd <> coalesce(s.usd, 0) or w.balance_inr <> coalesce(s.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'held_differs', w.id::text,
           pg_catalog.format('the wallet holds %s USD, %s INR, but its holds add up to %s USD, %s INR', w.held_usd, w.held_inr, coalesce(h.usd, 0), coalesce(h.inr, 0))
    from public.wallets w left join held h on h.user_id = w.user_id
    where (w.held_usd <> coalesce(h.usd, 0) or w.held_inr <> coalesce(h.inr, 0)) and (p_users is null or w.user_id = any(p_users))
    union all
    select 'wallet_not_closed', s.wallet_id::text, pg_catalog.format('the wallet was deleted, but its entries still add up to %s USD, %s INR', coalesce(s.usd, 0), coalesce(s.inr, 0))
    from sums s where not exists (select from public.wallets w where w.id = s.wallet_id) and (coalesce(s.usd, 0) <> 0 or coalesce(s.inr, 0) <> 0)
    union all
    select case when p.posts is null or p.posts = 0 then 'entry_missing' else 'entry_wrong' end, t.id::text,
           pg_catalog.format('the %s of %s %s is %s, but has %s postings that add up to %s', t.type, t.amount, t.currency, t.status, coalesce(p.posts, 0), coalesce(p.post_amount, 0))
    from public.transactions t left join posted p on p.transaction_id = t.id
    where t.status in ('completed', 'refunded') and (p_users is null or t.user_id = any(p_users))
      and (p.posts is distinct from 1 or p.post_amount <> case t.type when 'credit' then t.amount else -t.amount end)
      -- The opening entry of the wallet contains the transactions that were completed before the ledger
      -- began.
      and not exists (select from public.ledger_entries o
                      where o.user_id = t.user_id and o.kind = 'opening' and o.created_at >= coalesce(t.completed_at, '-infinity'))
    union all
    -- check_transaction enforces these rules in place of CHECKs of the table.
    select 'transaction_impossible', t.id::text, pg_catalog.format('a %s of %s %s with %s refunded is not possible', t.type, t.amount, t.currency, t.refunded_amount)
    from public.transactions t
    where (p_users is null or t.user_id = any(p_users))
      and not (t.amount > 0 and t.amount <= 99999999.99 and t.refunded_amount between 0 and t.amount
               and t.currency in ('USD', 'INR') and (not t.hold or t.type = 'debit'))
    union all
    select 'posted_and_not_completed', t.id::text, pg_catalog.format('it is %s, but has %s postings', t.status, p.posts)
    from public.transactions t join posted p on p.transaction_id = t.id
    where t.status in ('pending', 'failed')
    union all
    select 'refund_differs', t.id::text,
           pg_catalog.format('refunded_amount is %s, but the ledger has refunds of %s for its amount of %s', t.refunded_amount, coalesce(p.refund_amount, 0), t.amount)
    from public.transactions t left join posted p on p.transaction_id = t.id
    where (p_users is null or t.user_id = any(p_users))
      and coalesce(p.refund_amount, 0) <> case t.type when 'credit' then -t.refunded_amount else t.refunded_amount end
    union all
    -- The refunded and owed amounts of a payment's transaction agree with its facts and with refunds
    -- requested since.
    select 'payment_differs', p.id,
           pg_catalog.format('by its facts %s went back, but the ledger was moved to %s and has %s', s.gone, p.gone_amount, private.gone_from(t))
    from private.payments p join private.payment_sums s on s.payment_id = p.id join public.transactions t on t.id = p.transaction_id
    where t.completed_at is not null and (p_users is null or t.user_id = any(p_users))
      and p.problem is distinct from 'wallet_balance_limit'
      and (s.gone <> p.gone_amount or private.gone_from(t) < p.gone_amount or s.lost <> p.lost_amount)
    union all
    select 'payment_not_posted', p.id, pg_catalog.format('the provider reported that it was paid, but its transaction is %s', t.status)
    from private.payments p join public.transactions t on t.id = p.transaction_id
    where t.completed_at is null and p.state = 'settled' and (p_users is null or t.user_id = any(p_users))
      and exists (select from private.payment_facts f where f.payment_id = p.id and f.kind = 'payment' and f.state = 'succeeded')
    union all
    select 'trigger_missing', x.relation, pg_catalog.format('a trigger that calls %s is missing or disabled', x.function)
    from (values ('public.transactions', 'private.check_transaction', 1), ('public.transactions', 'private.post_transaction', 2),
                 ('public.transactions', 'private.keep_posted_transaction', 1), ('public.transactions', 'private.refuse_ledger_change', 1),
                 ('public.ledger_entries', 'private.refuse_ledger_change', 1), ('public.wallets', 'private.close_wallet', 1),
                 ('public.wallets', 'private.check_wallet', 1)
         ) as x (relation, function, times)
    where x.times > (select pg_catalog.count(*) from pg_catalog.pg_trigger g
                     where g.tgrelid = x.relation::regclass and g.tgfoid = pg_catalog.to_regproc(x.function) and g.tgenabled in ('O', 'A'));
end $$;

revoke all on function private.ledger_problems(uuid[]) from public;
grant execute on function private.ledger_problems(uuid[]) to console;
