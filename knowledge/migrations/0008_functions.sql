-- The words of documents' file names, by which private.search_query knows how they are spelled.
drop materialized view if exists analytics.document_words;
create materialized view analytics.document_words as
    select s.word from ts_stat('select d.search from public.documents d', 'a') s where length(s.word) between 3 and 30;

-- REFRESH CONCURRENTLY; misspellings.
create unique index document_words_key on analytics.document_words (word);
-- Words that are spelled alike.
create index document_words_alike on analytics.document_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.document_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.document_words to console;

-- Documents by words of their file's name or path; when nothing has these words, words that are spelled like them. Best first, then the
-- latest. rank: 0 to 1. A user finds their own, a service those of everybody. p_trash: those in the trash too, for console.
-- SECURITY DEFINER: row security would keep the query from its indexes.
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
    -- Of a word that half of all rows have, some thousands will do: its whole list takes longer to read than anybody wants to wait.
    if v_owner is null and p_business_id is null then
        perform pg_catalog.set_config('gin_fuzzy_search_limit', '20000', true);
    end if;
    foreach v_spellings in array array[null, 'analytics.document_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            -- A rank by spellings would tell which words other accounts have.
            select c.id, case when v_spellings is null then pg_catalog.ts_rank(c.search, v_query) else 0.01::real end
            -- Of a name that thousands have, any few hundred: ordering them all would take a second.
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

-- Documents by their file's name, with typos, or path; best first. A user searches their own. rank: 0 to 1. p_limit: at most 100.
-- Text that holds no word finds nothing.
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
        -- One by one: to the planner a user has a handful of documents, and it would read them all.
        cross join lateral (select r.* from public.documents r where r.id = f.id and r.deleted_at is null limit 1) d
        order by f.place;
end $$;

revoke all on function public.search_documents(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_documents(text, uuid, integer) to authenticated, service_role, console;

-- AFTER trigger on documents, by statement: writes what the KB Updater must hear, in the writer's own transaction.
-- INSERT: process this document; it was uploaded, queued again or restored. DELETE: forget it; it was trashed or purged.
-- One insert, without NOTIFY (an instance-wide lock at commit) or network: no receiver can fail or slow the upload.
-- SECURITY DEFINER: whoever may write a document needs no right on deliveries.
create or replace function private.deliver_documents()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'INSERT', 'documents', n.id, n.user_id,
               private.webhook_body('INSERT', 'documents', pg_catalog.to_jsonb(n) - 'search', null)
        from new_rows n where n.processing_status = 'pending' and n.deleted_at is null;
    elsif tg_op = 'UPDATE' then
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'INSERT', 'documents', n.id, n.user_id,
               private.webhook_body('INSERT', 'documents', pg_catalog.to_jsonb(n) - 'search', null)
        from new_rows n join old_rows o on o.id = n.id
        where n.attempts > o.attempts and n.deleted_at is null
        union all
        select 'kb_updater', 'DELETE', 'documents', o.id, o.user_id,
               private.webhook_body('DELETE', 'documents', null, pg_catalog.to_jsonb(o) - 'search')
        from new_rows n join old_rows o on o.id = n.id
        where n.deleted_at is not null and o.deleted_at is null;
    else
        insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)
        select 'kb_updater', 'DELETE', 'documents', o.id, o.user_id,
               private.webhook_body('DELETE', 'documents', null, pg_catalog.to_jsonb(o) - 'search')
        from old_rows o;
    end if;
    return null;
end $$;

revoke all on function private.deliver_documents() from public;
