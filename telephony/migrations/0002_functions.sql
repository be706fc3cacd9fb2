-- Whether a number's capabilities are an object of the known keys with booleans; null is. For a CHECK: never raises.
create or replace function private.capabilities_valid(p_capabilities jsonb)
returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
    if p_capabilities is null then
        return true;
    end if;
    if pg_catalog.jsonb_typeof(p_capabilities) <> 'object'
       or p_capabilities - array['voice', 'sms', 'mms', 'fax'] <> '{}' then
        return false;
    end if;
    return not exists (
        select from pg_catalog.jsonb_each(p_capabilities) c where pg_catalog.jsonb_typeof(c.value) <> 'boolean');
end $$;

revoke all on function private.capabilities_valid(jsonb) from public;
grant execute on function private.capabilities_valid(jsonb) to authenticated, service_role, console;

-- BEFORE trigger on business_numbers: calls are answered by the Voice Agent, so voice_url has its origin; left null it is
-- filled. While that endpoint is not known, null stays null and any https URL is accepted.
-- SECURITY DEFINER: service_endpoints is nobody else's to read.
-- Errors: 23514 voice_url_is_voice_agent.
create or replace function private.check_voice_url()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_voice_agent text := (select e.base_url from private.service_endpoints e where e.name = 'voice_agent');
    v_expected text := private.url_origin(v_voice_agent);
    v_origin text;
begin
    if tg_op = 'UPDATE' and new.voice_url is not distinct from old.voice_url then
        return new;
    end if;
    if new.voice_url is null then
        new.voice_url := v_voice_agent;
        return new;
    end if;
    v_origin := private.url_origin(new.voice_url);
    if v_origin is null or (v_expected is null and v_origin not like 'https://%') or v_origin <> v_expected then
        raise exception 'voice_url "%" is not an address of the Voice Agent', new.voice_url
            using errcode = 'check_violation', constraint = 'voice_url_is_voice_agent',
                  schema = 'public', table = 'business_numbers', column = 'voice_url',
                  hint = case when v_expected is null then 'Give an https URL.'
                              else 'It must begin with ' || v_expected || '; leave it empty to have it filled in.' end;
    end if;
    return new;
end $$;

revoke all on function private.check_voice_url() from public;

-- BEFORE INSERT trigger on business_numbers: a number in the trash gives way to a new one with the same phone number or
-- Twilio sid (released by one tenant, bought by another). The uniques stay full, so that upserts work.
-- SECURITY DEFINER: the trashed row may be another tenant's.
create or replace function private.take_over_trashed_number()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    delete from public.business_numbers n
    where n.deleted_at is not null
      and (n.phone_number = new.phone_number or n.twilio_sid = new.twilio_sid);
    return new;
end $$;

revoke all on function private.take_over_trashed_number() from public;
