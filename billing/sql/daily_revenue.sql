-- Money by account, day (UTC, of the ledger entry) and currency. Amounts are positive and in that currency.
--   topped_up  completed credits: paid in by the customer
--   paid_back  credits that went back: refunded to the payer or disputed, without what a won dispute or a
--     failed refund returned; also debts after disputes that the wallet paid later
--   spent      completed debits: what customers were charged
--   refunded   refunds of debits, paid into the wallet
--   revenue    spent − refunded: what AiRa earned
--   carried    opening balances of the adoption, minus balances of closed accounts
--   change     of the balance: topped_up − paid_back − spent + refunded + carried
-- The figures come from the ledger, since only the ledger knows when a refund was made. The ledger outlives
-- an account, but the mark of a dispute does not. So in the figures of a deleted account, paid debts count as
-- spent.
drop materialized view if exists analytics.daily_revenue;
create materialized view analytics.daily_revenue as
select m.user_id, m.day, m.currency, m.topped_up, m.paid_back, m.spent, m.refunded, m.spent - m.refunded as revenue,
       m.carried, m.change
from (
    select e.user_id, (e.created_at at time zone 'UTC')::date as day, e.currency,
           coalesce(sum(e.amount) filter (where e.kind = 'post' and e.amount > 0), 0) as topped_up,
           coalesce(-sum(e.amount) filter (where e.owed or e.kind = 'reinstate' or (e.kind = 'refund' and e.amount < 0)), 0) as paid_back,
           coalesce(-sum(e.amount) filter (where e.kind = 'post' and e.amount < 0 and not e.owed), 0) as spent,
           coalesce(sum(e.amount) filter (where e.kind = 'refund' and e.amount > 0 and not e.owed), 0) as refunded,
           coalesce(sum(e.amount) filter (where e.kind in ('opening', 'close')), 0) as carried,
           sum(e.amount) as change
    from (
        select l.user_id, l.created_at, l.currency, l.kind, l.amount,
               coalesce(l.transaction_id in (
                   select r.owed_transaction_id from private.refunds r where r.owed_transaction_id is not null), false) as owed
        from public.ledger_entries l) e
    group by 1, 2, 3) m;

-- Read by REFRESH CONCURRENTLY and by the view of an account's own rows. The view is new: building its
-- indexes blocks no reader.
-- squawk-ignore require-concurrent-index-creation
create unique index daily_revenue_key on analytics.daily_revenue (user_id, day, currency);
-- Console: the last days of all accounts.
-- squawk-ignore require-concurrent-index-creation
create index daily_revenue_day on analytics.daily_revenue (day);

revoke all on analytics.daily_revenue from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.daily_revenue to console;
