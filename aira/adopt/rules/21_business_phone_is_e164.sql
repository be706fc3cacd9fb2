-- A business's phone number is in E.164 form, such as +14155550123, or empty.
-- automatic normalise: spaces, dashes, dots and brackets are removed, and 00 at the beginning becomes +, if the result
--   is in E.164 form.
-- option clear: the number becomes empty. The audit keeps it.
-- option set: the number becomes the value of the decision.
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
