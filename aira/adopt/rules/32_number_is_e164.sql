-- A number is in E.164 form, such as +14155550123: callers are found by it.
-- by itself normalise: spaces, dashes, dots and brackets are left out, and 00 at the beginning becomes +, where that makes one that
-- no other row has.
-- option set: the number given with the decision.
-- option quarantine: the row goes, and stays whole in the audit.
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
