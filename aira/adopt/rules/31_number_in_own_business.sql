-- A number and the business to which it is assigned belong to the same account.
-- option owner_of_business: the number moves to the owner of the business.
-- option leave_business: the number stays with its account and is assigned to no business.
select 'business_numbers' as table_name, n.id as row_id,
       format('%s of account %s is assigned to business %s of account %s', n.phone_number, n.user_id, b.id, b.user_id) as detail, null as option
from public.business_numbers n join public.business_v2 b on b.id = n.business_id
where n.user_id <> b.user_id;
-- repair owner_of_business
update public.business_numbers n set user_id = b.user_id
from pg_temp.decided d, public.business_v2 b where d.row_id = n.id and b.id = n.business_id;
-- repair leave_business
update public.business_numbers n set business_id = null from pg_temp.decided d where d.row_id = n.id;
