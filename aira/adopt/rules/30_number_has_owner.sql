-- A number belongs to an account. If it is assigned to a business, it belongs to the owner of the business.
-- automatic owner_of_business: the number gets the owner of its business.
-- option set: the number gets the account whose id is the value of the decision.
-- option quarantine: the row is removed. The audit keeps all of it.
select 'business_numbers' as table_name, n.id as row_id, n.phone_number || ' has no owner' as detail,
       case when n.business_id is not null then 'owner_of_business' end as option
from public.business_numbers n where n.user_id is null;
-- repair owner_of_business
update public.business_numbers n set user_id = b.user_id
from pg_temp.decided d, public.business_v2 b where d.row_id = n.id and b.id = n.business_id;
-- repair set
update public.business_numbers n set user_id = d.value::uuid
from pg_temp.decided d where d.row_id = n.id and exists (select from auth.users u where u.id = d.value::uuid);
-- repair quarantine
delete from public.business_numbers n using pg_temp.decided d where d.row_id = n.id;
