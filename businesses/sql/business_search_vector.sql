-- Return the full-text search vector of a business. It does not stem words, since names come in every
-- language. It reads the beginning of long texts only: PostgreSQL refuses a vector above 1 MB, and with it
-- the row.
create or replace function private.business_search_vector(p_name text, p_description text, p_address text)
returns tsvector
language sql immutable parallel safe
set search_path = ''
return pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(pg_catalog.left(coalesce(p_name, ''), 1000))), 'A')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(pg_catalog.left(coalesce(p_address, ''), 1000))), 'B')
    || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.unaccent(pg_catalog.left(coalesce(p_description, ''), 10000))), 'C');

revoke all on function private.business_search_vector(text, text, text) from public;
grant execute on function private.business_search_vector(text, text, text) to authenticated, service_role, console;
