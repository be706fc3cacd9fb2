-- Return scheme, host and port of an absolute http(s) URL, in lower case, without a default port. Null if it
-- is not such a URL.
-- An address with user info, a backslash, white space or a control character has no origin here: clients
-- disagree on where its host begins or ends (many drop tabs and newlines).
create or replace function private.url_origin(p_url text)
returns text
language plpgsql immutable
set search_path = ''
as $$
declare
    v_origin text := pg_catalog.lower(pg_catalog.substring(p_url, '^([hH][tT][tT][pP][sS]?://[^/?#]+)'));
begin
    if v_origin is null or v_origin ~ '[@\\]' or p_url ~ '[[:space:][:cntrl:]]' then
        return null;
    end if;
    return pg_catalog.regexp_replace(v_origin, case when v_origin like 'https:%' then ':443$' else ':80$' end, '');
end $$;

revoke all on function private.url_origin(text) from public;
grant execute on function private.url_origin(text) to service_role, console;
