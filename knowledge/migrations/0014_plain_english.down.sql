-- BEFORE trigger on documents: the states of processing. pending → processing → completed | failed; failed, completed →
-- pending (retry, process again); processing → pending by rescue_documents alone. What leaves the trash is processed
-- again, since the KB Updater was told to forget it.
-- attempts, rescues, processing_started_at and processed_at are set here, whatever the statement says. attempts is the number
-- of the current attempt: 1 from the insert on, and one more each time that the document is queued again.
-- The path of what a user uploads begins with their business's id: the KB Updater opens it with a key that opens every tenant's files.
-- SECURITY INVOKER: current_user tells the rescue, which runs as the owner of the table.
-- Errors: 23514 document_status_transition, document_id_stays, document_path_in_business.
create or replace function private.check_document()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_move text;
begin
    if (tg_op = 'INSERT' or (new.file_path, new.business_id) is distinct from (old.file_path, old.business_id))
       and not pg_catalog.starts_with(new.file_path, new.business_id::text || '/')
       and private.caller() in ('authenticated', 'anon') then
        raise exception 'the path "%" is not in the business''s folder', pg_catalog.left(new.file_path, 200)
            using errcode = 'check_violation', constraint = 'document_path_in_business',
                  schema = tg_table_schema, table = tg_table_name, column = 'file_path',
                  hint = 'Begin it with the business''s id, such as ' || new.business_id::text || '/menu.pdf.';
    end if;
    if tg_op = 'INSERT' then
        new.attempts := 1;
        new.rescues := 0;
        new.processing_started_at := case when new.processing_status = 'processing' then pg_catalog.now() end;
        new.processed_at := null;
        return new;
    end if;
    if new.id <> old.id then
        raise exception 'document % can''t become %', old.id, new.id
            using errcode = 'check_violation', constraint = 'document_id_stays',
                  schema = tg_table_schema, table = tg_table_name, column = 'id',
                  hint = 'The KB Updater knows it by its id: insert a new document, and delete this one.';
    end if;
    new.attempts := old.attempts;
    new.rescues := old.rescues;
    new.processing_started_at := old.processing_started_at;
    new.processed_at := old.processed_at;
    if old.deleted_at is not null and new.deleted_at is null then
        new.processing_status := 'pending';
        new.vector_db_id := null;
        new.chunk_count := 0;
        v_move := 'restored';
    elsif new.processing_status is not distinct from old.processing_status then
        return new;
    else
        v_move := pg_catalog.concat_ws('-', old.processing_status, new.processing_status);
    end if;

    if v_move = 'pending-processing' then
        new.processing_started_at := pg_catalog.now();
        return new;
    elsif v_move in ('processing-completed', 'processing-failed') then
        new.processing_error := case when new.processing_status = 'failed' then new.processing_error end;
        new.processed_at := pg_catalog.now();
        return new;
    elsif v_move in ('failed-pending', 'completed-pending', 'restored') then
        new.rescues := 0;
    elsif v_move = 'processing-pending' and current_user = (
            select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid) then
        new.rescues := old.rescues + 1;
    else
        raise exception 'document % is %, it can''t become %', old.id, old.processing_status, new.processing_status
            using errcode = 'check_violation', constraint = 'document_status_transition',
                  schema = tg_table_schema, table = tg_table_name, column = 'processing_status',
                  hint = 'The states are pending, processing, then completed or failed; only these two can be queued again, as pending.';
    end if;
    new.attempts := old.attempts + 1;
    new.processing_started_at := null;
    new.processed_at := null;
    new.processing_error := null;
    return new;
end $$;

revoke all on function private.check_document() from public;

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

-- Queues documents again that have been in processing for longer than p_stuck: whoever took them up died. A document
-- that was rescued three times fails. Returns what was done.
-- SECURITY DEFINER: processing → pending is the table owner's alone (see check_document).
create or replace function private.rescue_documents(p_stuck interval default '30 minutes')
returns table (document_id uuid, outcome public.processing_status)
language plpgsql security definer
set search_path = ''
as $$
begin
    return query
    update public.documents d
    set processing_status = case when d.rescues < 3 then 'pending' else 'failed' end::public.processing_status,
        processing_error = case when d.rescues >= 3 then
            'Processing was begun four times and never ended. The file may be one that the KB Updater can''t read.' end
    where d.processing_status = 'processing' and d.deleted_at is null
      and coalesce(d.processing_started_at, d.updated_at) < pg_catalog.now() - p_stuck
    returning d.id, d.processing_status;
end $$;

revoke all on function private.rescue_documents(interval) from public;
grant execute on function private.rescue_documents(interval) to console;

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
