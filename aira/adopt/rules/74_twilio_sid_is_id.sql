-- Twilio's ids of a number and an account consist of letters, digits, “_”, “-”, “.” and “:”, at most 255.
-- option clear: an invalid id becomes empty. The audit keeps it.
select 'business_numbers' as table_name, n.id as row_id, concat_ws('; ', case when n.twilio_sid !~ r.shape then 'twilio_sid ' || quote_literal(left(n.twilio_sid, 200)) end, case when n.twilio_account_sid !~ r.shape then 'twilio_account_sid ' || quote_literal(left(n.twilio_account_sid, 200)) end) as detail,
       null as option
from public.business_numbers n cross join (values ('^(?:[A-Za-z0-9][A-Za-z0-9_:.-]{0,254})?$')) r (shape)
where n.twilio_sid !~ r.shape or n.twilio_account_sid !~ r.shape;
-- repair clear
update public.business_numbers n
set twilio_sid = case when n.twilio_sid !~ r.shape then null else n.twilio_sid end,
    twilio_account_sid = case when n.twilio_account_sid !~ r.shape then null else n.twilio_account_sid end
from pg_temp.decided d cross join (values ('^(?:[A-Za-z0-9][A-Za-z0-9_:.-]{0,254})?$')) r (shape)
where d.row_id = n.id;
