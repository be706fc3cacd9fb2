drop function private.find_businesses(text, integer);
drop materialized view analytics.business_words;
