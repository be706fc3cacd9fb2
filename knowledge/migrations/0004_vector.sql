-- Return the full-text search vector of a document: words of its file name, then of its path. It reads the
-- beginning of long texts only: PostgreSQL refuses a vector above 1 MB, and with it the row.
create or replace function private.document_search_vector(p_file_name text, p_file_path text)
returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.plain_words(pg_catalog.left(p_file_name, 1000))), 'A')
        || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.plain_words(pg_catalog.left(p_file_path, 1000))), 'D');
end $$;

revoke all on function private.document_search_vector(text, text) from public;
grant execute on function private.document_search_vector(text, text) to authenticated, service_role, kb_updater, console;
