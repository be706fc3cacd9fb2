-- A number's capabilities are booleans for voice, sms, mms and fax. Its features are a list. Its monthly_cost is a
-- number that is not negative.
-- option clear: an invalid value becomes empty. The audit keeps it.
select 'business_numbers' as table_name, n.id as row_id,
       format('%s: capabilities %s, features %s, monthly_cost %s', n.phone_number, left(n.capabilities::text, 100), left(n.features::text, 100), n.monthly_cost) as detail,
       null as option
from public.business_numbers n
where jsonb_typeof(n.features) <> 'array' or not (n.monthly_cost >= 0 and n.monthly_cost <= 99999999)
   or jsonb_typeof(n.capabilities) <> 'object'
   or exists (select from jsonb_each(case jsonb_typeof(n.capabilities) when 'object' then n.capabilities else '{}' end) c
              where c.key not in ('voice', 'sms', 'mms', 'fax') or jsonb_typeof(c.value) <> 'boolean');
-- repair clear
update public.business_numbers n
set features = case when jsonb_typeof(n.features) = 'array' then n.features else '[]' end,
    monthly_cost = case when n.monthly_cost >= 0 and n.monthly_cost <= 99999999 then n.monthly_cost end,
    capabilities = case when jsonb_typeof(n.capabilities) = 'object' and not exists (
        select from jsonb_each(case jsonb_typeof(n.capabilities) when 'object' then n.capabilities else '{}' end) c
        where c.key not in ('voice', 'sms', 'mms', 'fax') or jsonb_typeof(c.value) <> 'boolean') then n.capabilities end
from pg_temp.decided d where d.row_id = n.id;
