-- A transaction refers to a number of its own account.
-- option clear: the transaction refers to no number. The audit keeps the previous one.
select 'transactions' as table_name, t.id as row_id, format('belongs to account %s, but refers to number %s of account %s', t.user_id, n.phone_number, coalesce(n.user_id, b.user_id)) as detail,
       null as option
from public.transactions t
join public.business_numbers n on n.id = t.business_number_id
left join public.business_v2 b on b.id = n.business_id
where coalesce(n.user_id, b.user_id) <> t.user_id;
-- repair clear
update public.transactions t set business_number_id = null from pg_temp.decided d where d.row_id = t.id;
