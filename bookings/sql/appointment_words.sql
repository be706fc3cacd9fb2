-- The words of customers' names. private.search_query uses them to find words with a similar spelling. New
-- words are here after the next refresh; until then, a search must spell them as they are stored.
drop materialized view if exists analytics.appointment_words;
create materialized view analytics.appointment_words as
    select s.word from ts_stat('select a.search from public.appointments a', 'a') s where length(s.word) between 3 and 30;

-- Read by REFRESH CONCURRENTLY and by the look-up of misspellings.
create unique index appointment_words_key on analytics.appointment_words (word);
-- Words with a similar spelling.
create index appointment_words_alike on analytics.appointment_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.appointment_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.appointment_words to console;
