-- A completed transaction moved its wallet. The original trigger looked at updates alone: a row inserted as completed moved nothing.
-- by itself keep: it stays completed, and the wallet as it is.
-- option post: its amount is added to, or taken from, the wallet before the opening entry is written.
select 'transactions' as table_name, t.id as row_id, format('a %s of %s %s, inserted as completed and never changed', t.type, t.amount, t.currency) as detail,
       'keep' as option
from public.transactions t where t.status = 'completed' and t.updated_at = t.created_at;
-- repair post
update public.wallets w
set balance_usd = w.balance_usd + m.usd, balance_inr = w.balance_inr + m.inr
from (select t.user_id,
             coalesce(sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'USD'), 0) as usd,
             coalesce(sum(case t.type when 'credit' then t.amount else -t.amount end) filter (where t.currency = 'INR'), 0) as inr
      from public.transactions t join pg_temp.decided d on d.row_id = t.id group by t.user_id) m
where w.user_id = m.user_id;
-- So that a second run finds them posted.
update public.transactions t set updated_at = now() from pg_temp.decided d where d.row_id = t.id;
