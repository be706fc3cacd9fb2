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
