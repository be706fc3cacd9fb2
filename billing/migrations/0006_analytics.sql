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

-- The money that AiRa owes to its customers now, by currency: the balances of all wallets.
--   wallets   wallets with a balance
--   held      the part that pending debits reserve
--   inactive  the part in wallets that can't spend
drop materialized view if exists analytics.wallet_liabilities;
create materialized view analytics.wallet_liabilities as
select c.currency, count(*) filter (where c.balance > 0) as wallets, sum(c.balance) as balance, sum(c.held) as held,
       coalesce(sum(c.balance) filter (where not w.is_active), 0) as inactive
from public.wallets w
cross join lateral (values ('USD', w.balance_usd, w.held_usd), ('INR', w.balance_inr, w.held_inr)) c (currency, balance, held)
group by c.currency;

-- REFRESH CONCURRENTLY.
create unique index wallet_liabilities_key on analytics.wallet_liabilities (currency);

revoke all on analytics.wallet_liabilities from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.wallet_liabilities to console;

-- Return the caller's rows of analytics.daily_revenue, which explains the columns. refreshed_at: when the
-- figures were computed.
-- SECURITY DEFINER: materialized views have no row security, so users have no right on them.
create or replace function private.own_spending_by_day()
returns table (day date, currency text, topped_up numeric, paid_back numeric, spent numeric, refunded numeric, carried numeric,
               change numeric, refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select d.day, d.currency, d.topped_up, d.paid_back, d.spent, d.refunded, d.carried, d.change, r.refreshed_at
        from analytics.daily_revenue d
        left join private.analytics_refreshes r on r.view_name = 'daily_revenue'
        where d.user_id = private.uid();
end $$;

revoke all on function private.own_spending_by_day() from public;
grant execute on function private.own_spending_by_day() to authenticated, console;

-- Spending of the caller's account by day and currency; see analytics.daily_revenue.
--   day: the day, in UTC
--   currency: USD or INR
--   topped_up: money that came into the wallet
--   paid_back: top-ups that were refunded or disputed
--   spent: charges
--   refunded: charges that were refunded
--   carried: opening balances of the adoption, minus the rest when the account was closed
--   change: the change of the balance, the sum of all of these
--   refreshed_at: when the figures were computed
create or replace view public.spending_by_day with (security_invoker = true) as
    select s.day, s.currency, s.topped_up, s.paid_back, s.spent, s.refunded, s.carried, s.change, s.refreshed_at
    from private.own_spending_by_day() s;
revoke all on public.spending_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.spending_by_day to authenticated, console;
