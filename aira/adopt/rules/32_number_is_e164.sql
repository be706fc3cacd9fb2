-- A number is in E.164 form, such as +14155550123, since calls find it in that form.
-- automatic normalise: spaces, dashes, dots and brackets are removed, and 00 at the beginning becomes +, if the result
--   is in E.164 form and no other row has it.
-- option set: the number becomes the value of the decision.
-- option quarantine: the row is removed. The audit keeps all of it.
with numbers as (
    select n.id, n.phone_number, regexp_replace(regexp_replace(n.phone_number, '[[:space:]().\-/]', '', 'g'), '^00', '+') as cleaned
    from public.business_numbers n
)
select 'business_numbers' as table_name, n.id as row_id, 'phone_number ' || quote_literal(left(n.phone_number, 100)) as detail,
       case when n.cleaned ~ '^\+[1-9][0-9]{1,14}$' and not exists (select from numbers o where o.cleaned = n.cleaned and o.id <> n.id)
            then 'normalise' end as option
from numbers n where n.phone_number !~ '^\+[1-9][0-9]{1,14}$';
-- repair normalise
update public.business_numbers n set phone_number = regexp_replace(regexp_replace(n.phone_number, '[[:space:]().\-/]', '', 'g'), '^00', '+')
from pg_temp.decided d where d.row_id = n.id;
-- repair set
update public.business_numbers n set phone_number = d.value from pg_temp.decided d where d.row_id = n.id;
-- repair quarantine
delete from public.business_numbers n using pg_temp.decided d where d.row_id = n.id;
