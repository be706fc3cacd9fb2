-- An e-mail address has a valid form, or is empty.
-- automatic trim: spaces around it are removed.
-- option clear: an address that stays invalid becomes empty. The audit keeps it.
select 'business_v2' as table_name, b.id as row_id, concat_ws('; ', case when b.email !~ r.shape then 'email ' || quote_literal(left(b.email, 200)) end) as detail,
       case when ((b.email ~ r.shape) is not false or btrim(b.email) ~ r.shape) then 'trim' end as option
from public.business_v2 b cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f\x200c\x200d])(?:[^@\s]+@[^@\s]+)?$')) r (shape)
where b.email !~ r.shape
union all
select 'appointments' as table_name, a.id as row_id, concat_ws('; ', case when a.customer_email !~ r.shape then 'customer_email ' || quote_literal(left(a.customer_email, 200)) end) as detail,
       case when ((a.customer_email ~ r.shape) is not false or btrim(a.customer_email) ~ r.shape) then 'trim' end as option
from public.appointments a cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f\x200c\x200d])(?:[^@\s]+@[^@\s]+)?$')) r (shape)
where a.customer_email !~ r.shape;
-- repair trim
update public.business_v2 b
set email = case when b.email !~ r.shape then btrim(b.email) else b.email end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f\x200c\x200d])(?:[^@\s]+@[^@\s]+)?$')) r (shape)
where d.row_id = b.id;
update public.appointments a
set customer_email = case when a.customer_email !~ r.shape then btrim(a.customer_email) else a.customer_email end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f\x200c\x200d])(?:[^@\s]+@[^@\s]+)?$')) r (shape)
where d.row_id = a.id;
-- repair clear
update public.business_v2 b
set email = case when b.email !~ r.shape then (select f from (values (btrim(b.email))) v (f) where f ~ r.shape) else b.email end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f\x200c\x200d])(?:[^@\s]+@[^@\s]+)?$')) r (shape)
where d.row_id = b.id;
update public.appointments a
set customer_email = case when a.customer_email !~ r.shape then (select f from (values (btrim(a.customer_email))) v (f) where f ~ r.shape) else a.customer_email end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f\x200c\x200d])(?:[^@\s]+@[^@\s]+)?$')) r (shape)
where d.row_id = a.id;
