-- Return the full-text search vector of an appointment. It does not stem words, since names come in every
-- language. It reads the beginning of long texts only: PostgreSQL refuses a vector above 1 MB, and with it
-- the row.
create or replace function private.appointment_search_vector(
    p_customer_name text, p_customer_email text, p_service_type text, p_external_id text, p_notes text)
returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
    v_vector tsvector := pg_catalog.setweight(
        pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.plain_words(pg_catalog.left(p_customer_name, 1000))), 'A');
    v_more text := pg_catalog.concat_ws(' ', p_customer_email, p_service_type, p_external_id);
begin
    if v_more <> '' then
        v_vector := v_vector || pg_catalog.setweight(
            pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.plain_words(pg_catalog.left(v_more, 1000))), 'B');
    end if;
    if p_notes <> '' then
        v_vector := v_vector || pg_catalog.setweight(
            pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, private.plain_words(pg_catalog.left(p_notes, 10000))), 'C');
    end if;
    return v_vector;
end $$;

revoke all on function private.appointment_search_vector(text, text, text, text, text) from public;
grant execute on function private.appointment_search_vector(text, text, text, text, text)
    to authenticated, service_role, voice_agent, console;
