-- BEFORE trigger on documents: the states of processing. pending → processing → completed | failed; failed, completed →
-- pending (retry, process again); processing → pending by rescue_documents alone. What leaves the trash is processed
-- again, since the KB Updater was told to forget it.
-- attempts, rescues, processing_started_at and processed_at are set here, whatever the statement says. attempts is the number
-- of the current attempt: 1 from the insert on, and one more each time that the document is queued again.
-- SECURITY INVOKER: current_user tells the rescue, which runs as the owner of the table.
-- Errors: 23514 document_status_transition, document_id_stays.
create or replace function private.check_document()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
    v_move text;
begin
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

-- Processing of documents by account and day (UTC); rows with a null user_id are of all accounts together, since percentiles
-- don't add up. The trash does not count.
--   uploaded           created that day
--   completed, failed  whose last processing ended that day
--   median_seconds, p95_seconds  from its start to its end. Where both were told in one transaction the time is not known: a KB
--                      Updater that says completed without started.
drop materialized view if exists analytics.document_processing;
create materialized view analytics.document_processing as
select e.user_id, e.day,
       count(*) filter (where e.event = 'uploaded') as uploaded,
       count(*) filter (where e.event = 'completed') as completed,
       count(*) filter (where e.event = 'failed') as failed,
       round(percentile_cont(0.5) within group (order by e.seconds)::numeric, 3) as median_seconds,
       round(percentile_cont(0.95) within group (order by e.seconds)::numeric, 3) as p95_seconds
from (
    select d.user_id, (d.created_at at time zone 'UTC')::date as day, 'uploaded' as event, null::double precision as seconds
    from public.documents d where d.deleted_at is null
    union all
    select d.user_id, (d.processed_at at time zone 'UTC')::date, d.processing_status::text,
           extract(epoch from nullif(d.processed_at - d.processing_started_at, interval '0'))::double precision
    from public.documents d where d.deleted_at is null and d.processed_at is not null) e
group by grouping sets ((e.user_id, e.day), (e.day));

-- REFRESH CONCURRENTLY; an account's own rows.
create unique index document_processing_key on analytics.document_processing (user_id, day) nulls not distinct;

revoke all on analytics.document_processing from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.document_processing to console;

-- A user's own rows of analytics.document_processing, where the columns are explained; refreshed_at: what they are as of.
-- SECURITY DEFINER: a materialized view has no row security, so users hold no right on it.
create or replace function private.own_document_processing_by_day()
returns table (day date, uploaded bigint, completed bigint, failed bigint, median_seconds numeric, p95_seconds numeric,
               refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select d.day, d.uploaded, d.completed, d.failed, d.median_seconds, d.p95_seconds, r.refreshed_at
        from analytics.document_processing d
        left join private.analytics_refreshes r on r.view_name = 'document_processing'
        where d.user_id = private.uid();
end $$;

revoke all on function private.own_document_processing_by_day() from public;
grant execute on function private.own_document_processing_by_day() to authenticated, console;

create or replace view public.document_processing_by_day with (security_invoker = true) as
    select d.day, d.uploaded, d.completed, d.failed, d.median_seconds, d.p95_seconds, d.refreshed_at
    from private.own_document_processing_by_day() d;
revoke all on public.document_processing_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.document_processing_by_day to authenticated, console;
