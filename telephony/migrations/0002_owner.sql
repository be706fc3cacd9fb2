-- A number assigned to a business belongs to that business's owner. A null would pass any composite key.
update public.business_numbers n set user_id = b.user_id
from public.business_v2 b where b.id = n.business_id and n.user_id is null;
alter table public.business_numbers drop constraint business_numbers_check;
