drop function private.find_businesses(text, integer);
drop materialized view analytics.business_words;
-- What full-text search finds a business by; no stemming, since names come in every language.
create or replace function private.business_search_vector(p_name text, p_description text, p_address text)
returns tsvector
language sql immutable parallel safe
set search_path = ''
return pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(coalesce(p_name, ''))), 'A')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(coalesce(p_address, ''))), 'B')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(coalesce(p_description, ''))), 'C');

revoke all on function private.business_search_vector(text, text, text) from public;
