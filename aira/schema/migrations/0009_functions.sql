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

-- A phone number's digits from the last to the first: however it is spelled, numbers with the same end begin alike.
-- +49 171 123-45 is 54321171 94, 0171 12345 is 54321171 0.
create or replace function private.phone_key(p_phone text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.reverse(pg_catalog.regexp_replace(p_phone, '[^0-9]', '', 'g'));
end $$;

revoke all on function private.phone_key(text) from public;
grant execute on function private.phone_key(text) to authenticated, service_role, voice_agent, kb_updater, console;

-- What the private.phone_key of a number begins with that somebody typed in any spelling; null when the text is no phone number.
-- The trunk zeros of a national number and 00 before a country code are no part of it. Less than six digits are too few.
create or replace function private.phone_asked(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
    v_digits text := pg_catalog.ltrim(pg_catalog.regexp_replace(p_text, '[^0-9]', '', 'g'), '0');
begin
    if p_text ~ '^[-+()./ 0-9]+$' and pg_catalog.length(v_digits) between 6 and 15 then
        return pg_catalog.reverse(v_digits);
    end if;
    return null;
end $$;

revoke all on function private.phone_asked(text) from public;

-- Every word that becomes p_word by one letter left out, put in, replaced, or by two neighbours swapped; a to z and digits.
create or replace function private.misspellings(p_word text)
returns text[]
language plpgsql immutable
set search_path = ''
as $$
declare
    c_letters constant text[] := pg_catalog.string_to_array('abcdefghijklmnopqrstuvwxyz0123456789', null);
begin
    if pg_catalog.length(p_word) not between 3 and 30 then
        return '{}';
    end if;
    return array(
        select pg_catalog.left(p_word, i.i - 1) || e.rest
        from pg_catalog.generate_series(1, pg_catalog.length(p_word) + 1) i (i)
        cross join lateral (
            select pg_catalog.substr(p_word, i.i + 1) as rest where i.i <= pg_catalog.length(p_word)
            union
            select pg_catalog.substr(p_word, i.i + 1, 1) || pg_catalog.substr(p_word, i.i, 1) || pg_catalog.substr(p_word, i.i + 2)
            where i.i < pg_catalog.length(p_word)
            union
            select l.l || pg_catalog.substr(p_word, i.i + 1) from pg_catalog.unnest(c_letters) l (l) where i.i <= pg_catalog.length(p_word)
            union
            select l.l || pg_catalog.substr(p_word, i.i) from pg_catalog.unnest(c_letters) l (l)) e);
end $$;

revoke all on function private.misspellings(text) from public;

-- What somebody typed as a query: all words in any order, the last as far as it is typed. Null when there is no word.
-- p_spellings: a materialized view of words (column word). Given, each word may also be one that is spelled like it: one letter
-- wrong, missing, too many, or two swapped; or, of long words, most of the letters right.
create or replace function private.search_query(p_text text, p_spellings regclass default null)
returns tsquery
language plpgsql stable
set search_path = ''
as $$
declare
    v_words text[] := (pg_catalog.string_to_array(private.plain_words(pg_catalog.left(p_text, 500)), ' '))[1:8];
    v_parts text[] := '{}';
    v_part text;
    v_like text[];
    v_word text;
    v_at integer := 0;
begin
    foreach v_word in array v_words loop
        v_at := v_at + 1;
        v_word := pg_catalog.left(v_word, 60);
        continue when v_word = '';
        v_part := v_word || case when v_at = pg_catalog.cardinality(v_words) then ':*' else '' end;
        -- A number is not another one that is spelled like it.
        if p_spellings is not null and v_word ~ '[^0-9]' then
            execute pg_catalog.format($f$
                select array(
                    select s.word from (
                        select w.word, 1 as distance, 1 as likeness from %1$s w where w.word = any (private.misspellings($1))
                        union
                        select w.word, 2, extensions.similarity(w.word, $1) from %1$s w
                        where pg_catalog.length($1) >= 5 and w.word operator(extensions.%%) $1
                          and extensions.similarity(w.word, $1) >= 0.4) s
                    group by s.word order by min(s.distance), max(s.likeness) desc, s.word limit 10)
                $f$, p_spellings) into v_like using v_word;
            v_part := '(' || pg_catalog.array_to_string(v_part || v_like, ' | ') || ')';
        end if;
        v_parts := v_parts || v_part;
    end loop;
    return case when v_parts <> '{}' then pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_parts, ' & ')) end;
end $$;

revoke all on function private.search_query(text, regclass) from public;
