-- Find appointments by a phone number in any spelling, or by words of name, e-mail, service, external id and
-- notes. If no appointment has these words, it looks for words with a similar spelling. Best first, then the
-- latest. A user finds their own appointments, a service finds those of all tenants.
-- p_trash: true includes the trash, for console only.
-- Returns rank: 0 to 1.
-- SECURITY DEFINER: row security would prevent the query from using its indexes.
create or replace function private.find_appointments(p_query text, p_business_id uuid, p_limit integer, p_trash boolean default false)
returns table (id uuid, rank real)
language plpgsql stable security definer rows 20
set search_path = '' set gin_fuzzy_search_limit = 0
as $$
declare
    v_caller text := private.caller();
    v_owner uuid := case v_caller when 'authenticated' then private.uid() end;
    v_trash boolean := p_trash and v_caller in ('console', current_user);
    v_phone text := private.phone_asked(p_query);
    v_query tsquery;
    v_spellings regclass;
begin
    if v_caller = 'authenticated' and v_owner is null then
        return;
    end if;
    if v_phone is not null then
        return query
            select a.id, 1::real from public.appointments a
            where private.phone_key(a.customer_phone) ~>=~ v_phone
              and private.phone_key(a.customer_phone) ~<~ (v_phone || ':')
              and (v_owner is null or a.user_id = v_owner) and (v_trash or a.deleted_at is null)
              and (p_business_id is null or a.business_id = p_business_id)
            order by a.scheduled_at desc, a.id limit p_limit;
        return;
    end if;
    -- For a word in half of all rows, some thousands of rows are enough: reading its whole list takes too
    -- long.
    if v_owner is null and p_business_id is null then
        perform pg_catalog.set_config('gin_fuzzy_search_limit', '20000', true);
    end if;
    foreach v_spellings in array array[null, 'analytics.appointment_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            -- A rank by spelling would reveal which words other accounts have.
            select c.id, case when v_spellings is null then pg_catalog.ts_rank(c.search, v_query) else 0.01::real end
            -- For a name in thousands of rows, any 300 are enough: ordering all of them would take a second.
            from (select a.id, a.search, a.scheduled_at from public.appointments a
                  where a.search @@ v_query
                    and (v_owner is null or a.user_id = v_owner) and (v_trash or a.deleted_at is null)
                    and (p_business_id is null or a.business_id = p_business_id)
                  limit 300) c
            order by pg_catalog.ts_rank(c.search, v_query) desc, c.scheduled_at desc, c.id limit p_limit;
        exit when found or v_query is null;
    end loop;
end $$;

revoke all on function private.find_appointments(text, uuid, integer, boolean) from public;
grant execute on function private.find_appointments(text, uuid, integer, boolean) to authenticated, service_role, console;
