-- The words of businesses' names, by which private.search_query knows how they are spelled.
drop materialized view if exists analytics.business_words;
create materialized view analytics.business_words as
    select s.word from ts_stat('select b.search from public.business_v2 b', 'a') s where length(s.word) between 3 and 30;

-- REFRESH CONCURRENTLY; misspellings.
create unique index business_words_key on analytics.business_words (word);
-- Words that are spelled alike.
create index business_words_alike on analytics.business_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.business_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.business_words to console;
