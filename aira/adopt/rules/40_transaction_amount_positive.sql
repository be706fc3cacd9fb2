-- An amount is a number greater than 0 and at most 99999999.99. NaN compares greater than every number, so it would
-- allow unlimited spending.
-- option flip: a negative credit becomes a debit of the positive amount, and a negative debit becomes a credit.
-- option quarantine: the row is removed. The audit keeps all of it. Its effect on the wallet stays: see
--   wallet_balance_is_number.
select 'transactions' as table_name, t.id as row_id, format('is a %s %s of %s %s', t.status, t.type, t.amount, t.currency) as detail, null as option
from public.transactions t where not (t.amount > 0 and t.amount <= 99999999.99);
-- repair flip
update public.transactions t
set amount = -t.amount, type = case t.type when 'credit' then 'debit' else 'credit' end::public.transaction_type
from pg_temp.decided d where d.row_id = t.id and t.amount < 0;
-- repair quarantine
delete from public.transactions t using pg_temp.decided d where d.row_id = t.id;
