-- A wallet holds the sum of its completed transactions.
-- automatic keep: the wallet stays as it is. Its balance becomes the opening entry, with which the ledger begins.
-- option recompute: the balance becomes the sum, at least 0, before the opening entry is written.
select 'wallets' as table_name, w.id as row_id,
       format('holds %s USD, %s INR; the completed transactions add up to %s, %s', w.balance_usd, w.balance_inr, coalesce(s.usd, 0), coalesce(s.inr, 0)) as detail,
       'keep' as option
from public.wallets w
left join (
    select t.user_id,
           sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'USD') as usd,
           sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'INR') as inr
    from public.transactions t where t.status = 'completed' group by t.user_id) s on s.user_id = w.user_id
where coalesce(w.balance_usd, 0) <> coalesce(s.usd, 0) or coalesce(w.balance_inr, 0) <> coalesce(s.inr, 0);
-- repair recompute
update public.wallets w
set balance_usd = greatest(0, coalesce(s.usd, 0)), balance_inr = greatest(0, coalesce(s.inr, 0))
from pg_temp.decided d
left join lateral (
    select sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'USD') as usd,
           sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'INR') as inr
    from public.transactions t join public.wallets o on o.user_id = t.user_id
    where o.id = d.row_id and t.status = 'completed') s on true
where d.row_id = w.id;
