-- website, logo_url, sms_url and status_callback_url are http or https addresses, or empty.
-- automatic prefix: an address without a scheme, such as www.example.com, gets https:// before it. Spaces around it are
--   removed.
-- option clear: an address that stays invalid becomes empty. The audit keeps it.
select 'business_v2' as table_name, b.id as row_id, concat_ws('; ', case when b.website !~ r.shape then 'website ' || quote_literal(left(b.website, 200)) end, case when b.logo_url !~ r.shape then 'logo_url ' || quote_literal(left(b.logo_url, 200)) end) as detail,
       case when ((b.website ~ r.shape) is not false or case when btrim(b.website) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(b.website) else btrim(b.website) end ~ r.shape) and ((b.logo_url ~ r.shape) is not false or case when btrim(b.logo_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(b.logo_url) else btrim(b.logo_url) end ~ r.shape) then 'prefix' end as option
from public.business_v2 b cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$')) r (shape)
where b.website !~ r.shape or b.logo_url !~ r.shape
union all
select 'business_numbers' as table_name, n.id as row_id, concat_ws('; ', case when n.sms_url !~ r.shape then 'sms_url ' || quote_literal(left(n.sms_url, 200)) end, case when n.status_callback_url !~ r.shape then 'status_callback_url ' || quote_literal(left(n.status_callback_url, 200)) end) as detail,
       case when ((n.sms_url ~ r.shape) is not false or case when btrim(n.sms_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(n.sms_url) else btrim(n.sms_url) end ~ r.shape) and ((n.status_callback_url ~ r.shape) is not false or case when btrim(n.status_callback_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(n.status_callback_url) else btrim(n.status_callback_url) end ~ r.shape) then 'prefix' end as option
from public.business_numbers n cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$')) r (shape)
where n.sms_url !~ r.shape or n.status_callback_url !~ r.shape;
-- repair prefix
update public.business_v2 b
set website = case when b.website !~ r.shape then case when btrim(b.website) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(b.website) else btrim(b.website) end else b.website end,
    logo_url = case when b.logo_url !~ r.shape then case when btrim(b.logo_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(b.logo_url) else btrim(b.logo_url) end else b.logo_url end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$')) r (shape)
where d.row_id = b.id;
update public.business_numbers n
set sms_url = case when n.sms_url !~ r.shape then case when btrim(n.sms_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(n.sms_url) else btrim(n.sms_url) end else n.sms_url end,
    status_callback_url = case when n.status_callback_url !~ r.shape then case when btrim(n.status_callback_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(n.status_callback_url) else btrim(n.status_callback_url) end else n.status_callback_url end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$')) r (shape)
where d.row_id = n.id;
-- repair clear
update public.business_v2 b
set website = case when b.website !~ r.shape then (select f from (values (case when btrim(b.website) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(b.website) else btrim(b.website) end)) v (f) where f ~ r.shape) else b.website end,
    logo_url = case when b.logo_url !~ r.shape then (select f from (values (case when btrim(b.logo_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(b.logo_url) else btrim(b.logo_url) end)) v (f) where f ~ r.shape) else b.logo_url end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$')) r (shape)
where d.row_id = b.id;
update public.business_numbers n
set sms_url = case when n.sms_url !~ r.shape then (select f from (values (case when btrim(n.sms_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(n.sms_url) else btrim(n.sms_url) end)) v (f) where f ~ r.shape) else n.sms_url end,
    status_callback_url = case when n.status_callback_url !~ r.shape then (select f from (values (case when btrim(n.status_callback_url) ~ '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+([/:?#]|$)' then 'https://' || btrim(n.status_callback_url) else btrim(n.status_callback_url) end)) v (f) where f ~ r.shape) else n.status_callback_url end
from pg_temp.decided d cross join (values ('^(?!.*[\x1-\x1f\x7f-\x9f\xad\x61c\x180e\x200b\x200e\x200f\x2028-\x202e\x2060-\x206f\xfeff\xe0000-\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?)?$')) r (shape)
where d.row_id = n.id;
