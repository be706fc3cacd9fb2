-- Return whether a number's capabilities are an object of known keys with booleans. Null is valid. Used by a
-- CHECK: it never raises.
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

-- BEFORE trigger on business_numbers. The Voice Agent answers calls, so voice_url must have its origin; a
-- null is filled in. While the Voice Agent's endpoint is unknown, null stays null and any https URL is
-- accepted.
-- SECURITY DEFINER: other roles can't read service_endpoints.
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
        raise exception 'the voice URL "%" is not an address of the Voice Agent', new.voice_url
            using errcode = 'check_violation', constraint = 'voice_url_is_voice_agent',
                  schema = 'public', table = 'business_numbers', column = 'voice_url',
                  hint = case when v_expected is null then 'Give an https URL.'
                              else 'Begin it with ' || v_expected || ', or leave it empty to have it filled in.' end;
    end if;
    return new;
end $$;

revoke all on function private.check_voice_url() from public;

-- BEFORE INSERT trigger on business_numbers. It deletes a number in the trash that has the same phone number
-- or Twilio sid as the new one: one tenant released it and another bought it. The unique constraints include
-- the trash, so that upserts work.
-- SECURITY DEFINER: the row in the trash may belong to another tenant.
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

-- Find the business of a called phone number. The Voice Agent calls it at the start of a call. It uses one
-- index look-up.
-- p_phone_number: the number in E.164; it ignores spaces, dashes, dots and brackets.
-- Returns no row if the number or its business is unknown, inactive or in the trash.
create or replace function public.find_business_by_number(p_phone_number text)
returns table (business_id uuid, name text, business_type text, timezone text, is_open_now boolean,
               business_hours jsonb, number_id uuid)
language plpgsql stable
set search_path = ''
as $$
begin
    return query
        select b.id, b.name, b.business_type, b.timezone,
               private.is_open_at(b.business_hours, b.timezone, pg_catalog.now()), b.business_hours, n.id
        from public.business_numbers n
        join public.business_v2 b on b.id = n.business_id
        where n.phone_number = pg_catalog.regexp_replace(p_phone_number, '[-[:space:].()]', '', 'g')
          and n.is_active and n.deleted_at is null
          and b.is_active and b.deleted_at is null;
end $$;

revoke all on function public.find_business_by_number(text) from public, anon, authenticated, service_role;
grant execute on function public.find_business_by_number(text) to voice_agent, service_role, console;
