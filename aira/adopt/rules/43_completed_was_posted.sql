-- A completed transaction changed its wallet. The original trigger looked only at updates, so a row inserted as
-- completed changed nothing. This rule lists completed rows that were never updated, if the wallet is not the sum of
-- its transactions.
-- automatic keep: the transaction stays completed, and the wallet stays as it is.
-- option post: the amount is posted to the wallet before the opening entry is written. If the wallet is not the sum of
--   its transactions afterwards, this is refused, since some of the rows were posted. Then decide for each row.
-- The sum of an account is 0 if its wallet agrees. It is a window over both tables, since a join of two relations whose
-- sizes the planner can't estimate read the wallets once for each transaction.
select 'transactions' as table_name, x.id as row_id, format('is a %s of %s %s that was inserted as completed and never changed', x.type, x.amount, x.currency) as detail,
       'keep' as option
from (select m.*, sum(m.moved) over (partition by m.user_id, m.currency) as difference
      from (select t.id, t.user_id, t.currency, t.type, t.amount, t.updated_at = t.created_at as never_changed,
                   case t.type when 'credit' then t.amount else -t.amount end as moved
            from public.transactions t where t.status = 'completed'
            union all
            select null, w.user_id, 'USD', null, null, false, -w.balance_usd from public.wallets w
            union all
            select null, w.user_id, 'INR', null, null, false, -w.balance_inr from public.wallets w) m) x
where x.never_changed and x.difference not in (0, 'NaN');
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
