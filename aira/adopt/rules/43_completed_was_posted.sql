-- A completed transaction moved its wallet. The original trigger looked at updates alone: a row inserted as completed moved nothing.
-- Named are completed rows that nobody changed since, where the wallet is not what its transactions add up to.
-- by itself keep: it stays completed, and the wallet as it is.
-- option post: its amount is added to, or taken from, the wallet before the opening entry is written. It is refused where the wallet
-- is not the sum of its transactions then, since some of these rows were posted: decide for each.
with sums as (
    select t.user_id, t.currency, sum(case t.type when 'credit' then t.amount else -t.amount end) as total
    from public.transactions t where t.status = 'completed' group by 1, 2
)
select 'transactions' as table_name, t.id as row_id, format('a %s of %s %s, inserted as completed and never changed', t.type, t.amount, t.currency) as detail,
       'keep' as option
from public.transactions t
join sums s on s.user_id = t.user_id and s.currency = t.currency
left join public.wallets w on w.user_id = t.user_id
cross join lateral (select coalesce(case t.currency when 'USD' then w.balance_usd else w.balance_inr end, 0) as balance) b
where t.status = 'completed' and t.updated_at = t.created_at
  and b.balance <> s.total and 'NaN' not in (b.balance, s.total);
-- repair post
insert into public.wallets (user_id)
select distinct t.user_id from public.transactions t join pg_temp.decided d on d.row_id = t.id
where not exists (select from public.wallets w where w.user_id = t.user_id);
update public.wallets w
set balance_usd = w.balance_usd + m.usd, balance_inr = w.balance_inr + m.inr
from (select t.user_id,
             coalesce(sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'USD'), 0) as usd,
             coalesce(sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'INR'), 0) as inr
      from public.transactions t join pg_temp.decided d on d.row_id = t.id group by t.user_id) m
where w.user_id = m.user_id;
