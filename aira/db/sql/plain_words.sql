-- A text as search sees it: its words in lower case and without accents, separated by single spaces. Null has none.
-- Whatever is not ASCII counts as a letter: which characters are letters is for the database's locale to say, and it may be C.
create or replace function private.plain_words(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.btrim(pg_catalog.regexp_replace(
        pg_catalog.lower(extensions.unaccent('extensions.unaccent'::regdictionary, coalesce(p_text, ''))),
        '[^a-z0-9\u0080-\uffff]+', ' ', 'g'));
end $$;

revoke all on function private.plain_words(text) from public;
grant execute on function private.plain_words(text) to authenticated, service_role, voice_agent, kb_updater, console;
