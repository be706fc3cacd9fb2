-- voice_url points to the Voice Agent (VOICE_AGENT_URL), never to the UI; while that is not set, to any https address.
-- option fill: the Voice Agent's address, which VOICE_AGENT_URL must say; the old one stays in the audit. Calls go where Twilio is told: change it there, too.
-- option clear: no address; the old one stays in the audit.
select 'business_numbers' as table_name, n.id as row_id, n.phone_number || ': voice_url ' || quote_literal(n.voice_url) as detail, null as option
from public.business_numbers n
where n.voice_url is not null
  and case when current_setting('adopt.voice_agent', true) <> ''
           then lower(substring(n.voice_url from '^https?://[^/?#]+')) is distinct from
                lower(substring(current_setting('adopt.voice_agent', true) from '^https?://[^/?#]+'))
           else n.voice_url !~* '^https://' end;
-- repair fill
update public.business_numbers n set voice_url = current_setting('adopt.voice_agent')
from pg_temp.decided d where d.row_id = n.id and current_setting('adopt.voice_agent') <> '';
-- repair clear
update public.business_numbers n set voice_url = null from pg_temp.decided d where d.row_id = n.id;
