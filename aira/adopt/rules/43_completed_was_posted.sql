-- A completed transaction changed its wallet. The original trigger looked only at updates, so a row inserted as
-- completed changed nothing. This rule lists completed rows that were never updated, if the wallet is not the sum of
-- its transactions.
-- automatic keep: the transaction stays completed, and the wallet stays as it is.
-- option post: the amount is posted to the wallet before the opening entry is written. If the wallet is not the sum of
--   its transactions afterwards, this is refused, since some of the rows were posted. Then decide for each row.
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
