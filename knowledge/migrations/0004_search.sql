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

-- Find documents by words of their file name or path. If no document has these words, it looks for words with
-- a similar spelling. Best first, then the latest. A user finds their own documents, a service finds those of
-- all tenants.
-- p_trash: true includes the trash, for console only.
-- Returns rank: 0 to 1.
-- SECURITY DEFINER: row security would prevent the query from using its indexes.
create or replace function private.find_documents(p_query text, p_business_id uuid, p_limit integer, p_trash boolean default false)
returns table (id uuid, rank real)
language plpgsql stable security definer rows 20
set search_path = '' set gin_fuzzy_search_limit = 0
as $$
declare
    v_caller text := private.caller();
    v_owner uuid := case v_caller when 'authenticated' then private.uid() end;
    v_trash boolean := p_trash and v_caller in ('console', current_user);
    v_query tsquery;
    v_spellings regclass;
begin
    if v_caller = 'authenticated' and v_owner is null then
        return;
    end if;
    -- For a word in half of all rows, some thousands of rows are enough: reading its whole list takes too
    -- long.
    if v_owner is null and p_business_id is null then
        perform pg_catalog.set_config('gin_fuzzy_search_limit', '20000', true);
    end if;
    foreach v_spellings in array array[null, 'analytics.document_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            -- A rank by spelling would reveal which words other accounts have.
            select c.id, case when v_spellings is null then pg_catalog.ts_rank(c.search, v_query) else 0.01::real end
            -- For a name in thousands of rows, any 300 are enough: ordering all of them would take a second.
            from (select d.id, d.search, d.created_at from public.documents d
                  where d.search @@ v_query
                    and (v_owner is null or d.user_id = v_owner) and (v_trash or d.deleted_at is null)
                    and (p_business_id is null or d.business_id = p_business_id)
                  limit 300) c
            order by pg_catalog.ts_rank(c.search, v_query) desc, c.created_at desc, c.id limit p_limit;
        exit when found or v_query is null;
    end loop;
end $$;

revoke all on function private.find_documents(text, uuid, integer, boolean) from public;
grant execute on function private.find_documents(text, uuid, integer, boolean) to authenticated, service_role, console;

-- Search documents by file name (typos are fine) or path. Best first. A user searches their own documents. A
-- text without a word finds nothing.
-- p_limit: at most 100 rows.
-- Returns rank: 0 to 1.
create or replace function public.search_documents(p_query text, p_business_id uuid default null, p_limit integer default 20)
returns table (id uuid, business_id uuid, file_name text, file_path text, mime_type text, file_size bigint,
               processing_status public.processing_status, created_at timestamptz, rank real)
language plpgsql stable
set search_path = ''
as $$
begin
    return query
        select d.id, d.business_id, d.file_name, d.file_path, d.mime_type, d.file_size, d.processing_status, d.created_at, f.rank
        from private.find_documents(p_query, p_business_id, least(greatest(coalesce(p_limit, 20), 1), 100))
             with ordinality f (id, rank, place)
        -- LATERAL looks rows up one by one. The planner assumes that a user has few documents and would read
        -- all of them.
        cross join lateral (select r.* from public.documents r where r.id = f.id and r.deleted_at is null limit 1) d
        order by f.place;
end $$;

revoke all on function public.search_documents(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_documents(text, uuid, integer) to authenticated, service_role, console;
