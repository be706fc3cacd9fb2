-- Return the text without accents, as an IMMUTABLE function that an index may use. The extension's own
-- function is only STABLE, since its dictionary could be altered.
create or replace function private.unaccent(p_text text)
returns text
language sql immutable strict parallel safe
set search_path = ''
return extensions.unaccent('extensions.unaccent'::regdictionary, p_text);

revoke all on function private.unaccent(text) from public;
grant execute on function private.unaccent(text) to authenticated, service_role, voice_agent, kb_updater, console;
