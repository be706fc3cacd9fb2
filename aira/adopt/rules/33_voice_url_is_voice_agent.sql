-- voice_url is an address of the Voice Agent (VOICE_AGENT_URL), and never of the UI. If VOICE_AGENT_URL is not set, it
-- is any https address.
-- option fill: voice_url becomes the Voice Agent's address, for which VOICE_AGENT_URL must be set. The audit keeps the
--   old one. Twilio has its own setting for calls: change it there, too.
-- option clear: voice_url becomes empty. The audit keeps the old one.
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
