-- A text is not longer than its column allows (CONTRACT.md, Texts). Features take at most 64 kB.
-- option cut: the text keeps its beginning. An e-mail or a web address becomes empty, and features become an empty
--   list. The audit keeps the first 500 characters, the length and the hash. Save the whole text elsewhere first if you
--   need it.
select 'business_v2' as table_name, b.id as row_id, concat_ws('; ',
    case when length(b.name) > 200 then format('name has %s characters, but at most 200 are allowed', length(b.name)) end,
    case when length(b.description) > 10000 then format('description has %s characters, but at most 10000 are allowed', length(b.description)) end,
    case when length(b.email) > 254 then format('email has %s characters, but at most 254 are allowed', length(b.email)) end,
    case when length(b.address) > 500 then format('address has %s characters, but at most 500 are allowed', length(b.address)) end,
    case when length(b.website) > 2048 then format('website has %s characters, but at most 2048 are allowed', length(b.website)) end,
    case when length(b.logo_url) > 2048 then format('logo_url has %s characters, but at most 2048 are allowed', length(b.logo_url)) end) as detail, null as option
from public.business_v2 b
where length(b.name) > 200 or length(b.description) > 10000 or length(b.email) > 254 or length(b.address) > 500 or length(b.website) > 2048 or length(b.logo_url) > 2048
union all
select 'business_numbers' as table_name, n.id as row_id, concat_ws('; ',
    case when length(n.display_name) > 200 then format('display_name has %s characters, but at most 200 are allowed', length(n.display_name)) end,
    case when length(n.country_code) > 10 then format('country_code has %s characters, but at most 10 are allowed', length(n.country_code)) end,
    case when length(n.provider) > 200 then format('provider has %s characters, but at most 200 are allowed', length(n.provider)) end,
    case when length(n.notes) > 10000 then format('notes has %s characters, but at most 10000 are allowed', length(n.notes)) end,
    case when length(n.sms_url) > 2048 then format('sms_url has %s characters, but at most 2048 are allowed', length(n.sms_url)) end,
    case when length(n.status_callback_url) > 2048 then format('status_callback_url has %s characters, but at most 2048 are allowed', length(n.status_callback_url)) end,
    case when octet_length(n.features::text) > 65536 then format('features have %s bytes, but at most 65536 are allowed', octet_length(n.features::text)) end) as detail, null as option
from public.business_numbers n
where length(n.display_name) > 200 or length(n.country_code) > 10 or length(n.provider) > 200 or length(n.notes) > 10000 or length(n.sms_url) > 2048 or length(n.status_callback_url) > 2048 or octet_length(n.features::text) > 65536
union all
select 'appointments' as table_name, a.id as row_id, concat_ws('; ',
    case when length(a.customer_name) > 200 then format('customer_name has %s characters, but at most 200 are allowed', length(a.customer_name)) end,
    case when length(a.customer_phone) > 40 then format('customer_phone has %s characters, but at most 40 are allowed', length(a.customer_phone)) end,
    case when length(a.customer_email) > 254 then format('customer_email has %s characters, but at most 254 are allowed', length(a.customer_email)) end,
    case when length(a.external_id) > 255 then format('external_id has %s characters, but at most 255 are allowed', length(a.external_id)) end,
    case when length(a.notes) > 10000 then format('notes has %s characters, but at most 10000 are allowed', length(a.notes)) end,
    case when length(a.service_type) > 200 then format('service_type has %s characters, but at most 200 are allowed', length(a.service_type)) end) as detail, null as option
from public.appointments a
where length(a.customer_name) > 200 or length(a.customer_phone) > 40 or length(a.customer_email) > 254 or length(a.external_id) > 255 or length(a.notes) > 10000 or length(a.service_type) > 200
union all
select 'documents' as table_name, x.id as row_id, concat_ws('; ',
    case when length(x.file_name) > 255 then format('file_name has %s characters, but at most 255 are allowed', length(x.file_name)) end,
    case when length(x.mime_type) > 255 then format('mime_type has %s characters, but at most 255 are allowed', length(x.mime_type)) end,
    case when length(x.processing_error) > 10000 then format('processing_error has %s characters, but at most 10000 are allowed', length(x.processing_error)) end,
    case when length(x.vector_db_id) > 255 then format('vector_db_id has %s characters, but at most 255 are allowed', length(x.vector_db_id)) end) as detail, null as option
from public.documents x
where length(x.file_name) > 255 or length(x.mime_type) > 255 or length(x.processing_error) > 10000 or length(x.vector_db_id) > 255;
-- repair cut
update public.business_v2 b
set name = left(b.name, 200),
    description = left(b.description, 10000),
    email = case when length(b.email) <= 254 then b.email end,
    address = left(b.address, 500),
    website = case when length(b.website) <= 2048 then b.website end,
    logo_url = case when length(b.logo_url) <= 2048 then b.logo_url end
from pg_temp.decided d where d.row_id = b.id;
update public.business_numbers n
set display_name = left(n.display_name, 200),
    country_code = left(n.country_code, 10),
    provider = left(n.provider, 200),
    notes = left(n.notes, 10000),
    sms_url = case when length(n.sms_url) <= 2048 then n.sms_url end,
    status_callback_url = case when length(n.status_callback_url) <= 2048 then n.status_callback_url end,
    features = case when octet_length(n.features::text) <= 65536 then n.features else '[]' end
from pg_temp.decided d where d.row_id = n.id;
update public.appointments a
set customer_name = left(a.customer_name, 200),
    customer_phone = left(a.customer_phone, 40),
    customer_email = case when length(a.customer_email) <= 254 then a.customer_email end,
    external_id = left(a.external_id, 255),
    notes = left(a.notes, 10000),
    service_type = left(a.service_type, 200)
from pg_temp.decided d where d.row_id = a.id;
update public.documents x
set file_name = left(x.file_name, 255),
    mime_type = left(x.mime_type, 255),
    processing_error = left(x.processing_error, 10000),
    vector_db_id = left(x.vector_db_id, 255)
from pg_temp.decided d where d.row_id = x.id;
