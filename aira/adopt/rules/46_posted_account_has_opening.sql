-- The ledger begins with an opening entry for each account with completed or refunded transactions, even if the wallet
-- is empty or missing.
-- automatic open: the wallet gets an opening entry of 0.
-- automatic wallet: the account has no wallet. It gets an empty one, and an opening entry of 0.
select 'wallets' as table_name, coalesce(w.id, t.user_id) as row_id,
       format('%s, and the account %s has %s completed or refunded transactions', case when w.id is null then 'no wallet' else 'the wallet is empty' end,
              t.user_id, t.posted) as detail,
       case when w.id is null then 'wallet' else 'open' end as option
from (select p.user_id, count(*) as posted from public.transactions p where p.status in ('completed', 'refunded') group by 1) t
left join public.wallets w on w.user_id = t.user_id
where w.id is null or (coalesce(w.balance_usd, 0) = 0 and coalesce(w.balance_inr, 0) = 0);
-- repair wallet
insert into public.wallets (user_id)
select d.row_id from pg_temp.decided d where not exists (select from public.wallets w where w.user_id = d.row_id);
