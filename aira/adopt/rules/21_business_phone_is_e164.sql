-- A business's phone number is in E.164 form, such as +14155550123, or empty.
-- by itself normalise: spaces, dashes, dots and brackets are left out, and 00 at the beginning becomes +, where that makes it one.
-- option clear: the number goes, and stays in the audit.
-- option set: the number given with the decision.
select 'business_v2' as table_name, b.id as row_id, 'phone_number ' || quote_literal(left(b.phone_number, 100)) as detail,
       case when regexp_replace(regexp_replace(b.phone_number, '[[:space:]().\-/]', '', 'g'), '^00', '+') ~ '^\+[1-9][0-9]{1,14}$'
            then 'normalise' end as option
from public.business_v2 b where b.phone_number !~ '^\+[1-9][0-9]{1,14}$';
-- repair normalise
update public.business_v2 b set phone_number = regexp_replace(regexp_replace(b.phone_number, '[[:space:]().\-/]', '', 'g'), '^00', '+')
from pg_temp.decided d where d.row_id = b.id;
-- repair clear
update public.business_v2 b set phone_number = null from pg_temp.decided d where d.row_id = b.id;
-- repair set
update public.business_v2 b set phone_number = d.value from pg_temp.decided d where d.row_id = b.id;
