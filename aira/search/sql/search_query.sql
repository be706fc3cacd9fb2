-- Turn a typed text into a query: all words in any order, the last one as a beginning. Null if the text has
-- no word.
-- p_spellings: a materialized view with a column word. If given, each word also matches words with a similar
-- spelling: one letter wrong, missing or added, or two letters swapped; for long words, most letters right.
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
        -- Numbers have no similar spelling.
        if p_spellings is not null and v_word ~ '[^0-9]' then
            execute pg_catalog.format($f$
                select array(
                    -- Quote the word: it may be a whole address, with characters that have a meaning in a
                    -- query.
                    select '''' || pg_catalog.replace(pg_catalog.replace(s.word, '\', '\\'), '''', '''''') || '''' from (
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
