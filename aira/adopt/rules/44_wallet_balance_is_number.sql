-- A balance is a number, not NaN.
-- option recompute: the balance becomes the sum of the completed transactions, at least 0.
-- option zero: the balance becomes 0.
select 'wallets' as table_name, w.id as row_id, format('has balances of %s USD and %s INR', w.balance_usd, w.balance_inr) as detail, null as option
from public.wallets w where w.balance_usd = 'NaN' or w.balance_inr = 'NaN';
-- repair recompute
update public.wallets w
set balance_usd = case when w.balance_usd = 'NaN' then greatest(0, coalesce(s.usd, 0)) else w.balance_usd end,
    balance_inr = case when w.balance_inr = 'NaN' then greatest(0, coalesce(s.inr, 0)) else w.balance_inr end
from pg_temp.decided d
left join lateral (
    select sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'USD') as usd,
           sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'INR') as inr
    from public.transactions t join public.wallets o on o.user_id = t.user_id
    where o.id = d.row_id and t.status = 'completed' and t.amount <> 'NaN') s on true
where d.row_id = w.id;
-- repair zero
update public.wallets w
set balance_usd = case when w.balance_usd = 'NaN' then 0 else w.balance_usd end,
    balance_inr = case when w.balance_inr = 'NaN' then 0 else w.balance_inr end
from pg_temp.decided d where d.row_id = w.id;
