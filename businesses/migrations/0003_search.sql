-- The words of business names. private.search_query uses them to find words with a similar spelling.
drop materialized view if exists analytics.business_words;
create materialized view analytics.business_words as
    select s.word from ts_stat('select b.search from public.business_v2 b', 'a') s where length(s.word) between 3 and 30;

-- Read by REFRESH CONCURRENTLY and by the look-up of misspellings.
create unique index business_words_key on analytics.business_words (word);
-- Words with a similar spelling.
create index business_words_alike on analytics.business_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.business_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.business_words to console;

-- Find businesses by the text that staff typed: a phone number in any spelling, the beginning of an e-mail,
-- or words of name, address and description. If no business has these words, it looks for words with a
-- similar spelling. Best first. It includes the trash.
-- Returns rank: 0 to 1.
create or replace function private.find_businesses(p_query text, p_limit integer)
returns table (id uuid, rank real)
language plpgsql stable rows 20
set search_path = ''
-- For a word in half of all rows, some thousands of rows are enough.
set gin_fuzzy_search_limit = 20000
as $$
declare
    v_phone text := private.phone_asked(p_query);
    -- An e-mail has at most 320 characters. An index entry can't hold a longer text.
    v_email text := pg_catalog.left(pg_catalog.lower(p_query), 320);
    v_query tsquery;
    v_spellings regclass;
begin
    if v_phone is not null then
        return query
            select b.id, 1::real from public.business_v2 b
            where private.phone_key(b.phone_number) ~>=~ v_phone
              and private.phone_key(b.phone_number) ~<~ (v_phone || ':')
            order by b.name, b.id limit p_limit;
        return;
    elsif p_query like '%@%' then
        return query
            select b.id, 1::real from public.business_v2 b
            where pg_catalog.left(pg_catalog.lower(b.email), 320) ~>=~ v_email
              and pg_catalog.left(pg_catalog.lower(b.email), 320) ~<~ (v_email || U&'\+10FFFF')
            order by b.name, b.id limit p_limit;
        return;
    end if;
    foreach v_spellings in array array[null, 'analytics.business_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            select c.id, pg_catalog.ts_rank(c.search, v_query)
            from (select b.id, b.search, b.name from public.business_v2 b where b.search @@ v_query limit 300) c
            order by 2 desc, c.name, c.id limit p_limit;
        exit when found or v_query is null;
    end loop;
end $$;

revoke all on function private.find_businesses(text, integer) from public;
