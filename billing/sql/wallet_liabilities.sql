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
