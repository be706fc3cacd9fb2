-- The words of documents' file names. private.search_query uses them to find words with a similar spelling.
drop materialized view if exists analytics.document_words;
create materialized view analytics.document_words as
    select s.word from ts_stat('select d.search from public.documents d', 'a') s where length(s.word) between 3 and 30;

-- Read by REFRESH CONCURRENTLY and by the look-up of misspellings.
create unique index document_words_key on analytics.document_words (word);
-- Words with a similar spelling.
create index document_words_alike on analytics.document_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.document_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.document_words to console;
