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
