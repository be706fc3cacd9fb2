-- The words of customers' names, by which private.search_query knows how they are spelled. New ones are there after the next refresh;
-- until then they are found as they are written.
drop materialized view if exists analytics.appointment_words;
create materialized view analytics.appointment_words as
    select s.word from ts_stat('select a.search from public.appointments a', 'a') s where length(s.word) between 3 and 30;

-- REFRESH CONCURRENTLY; misspellings.
create unique index appointment_words_key on analytics.appointment_words (word);
-- Words that are spelled alike.
create index appointment_words_alike on analytics.appointment_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.appointment_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.appointment_words to console;
