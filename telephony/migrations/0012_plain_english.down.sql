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
