-- Return a text as search reads it: its words in lower case, without accents, separated by single spaces.
-- Null if it has no words.
-- Every character outside ASCII counts as a letter: the database's locale decides which are letters, and it
-- may be C. White space is the exception: PostgreSQL 15 to 17 end a word of a query there, and no vector has
-- it in a word.
create or replace function private.plain_words(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.btrim(pg_catalog.regexp_replace(
        pg_catalog.lower(extensions.unaccent('extensions.unaccent'::regdictionary, coalesce(p_text, ''))),
        '[^a-z0-9\u0080-\u0084\u0086-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\uffff]+', ' ', 'g'));
end $$;

revoke all on function private.plain_words(text) from public;
grant execute on function private.plain_words(text) to authenticated, service_role, voice_agent, kb_updater, console;
