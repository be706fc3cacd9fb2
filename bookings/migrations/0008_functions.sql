-- The words of customers' names, by which private.search_query knows how they are spelled. New ones are there after the next refresh;
-- until then they are found as they are written.
drop materialized view if exists analytics.appointment_words;
create materialized view analytics.appointment_words as
    select s.word from ts_stat('select a.search from public.appointments a', 'a') s where length(s.word) between 3 and 30;

-- REFRESH CONCURRENTLY; misspellings.
create unique index appointment_words_key on analytics.appointment_words (word);
-- Words that are spelled alike.
create index appointment_words_alike on analytics.appointment_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.appointment_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.appointment_words to console;

-- Appointments by what somebody typed: a phone number in any spelling, or words of name, e-mail, service, external id and notes; when
-- nothing has these words, words that are spelled like them. Best first, then the latest. rank: 0 to 1.
-- A user finds their own, a service those of everybody. p_trash: those in the trash too, for console.
-- SECURITY DEFINER: row security would keep the query from its indexes.
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
    -- Of a word that half of all rows have, some thousands will do: its whole list takes longer to read than anybody wants to wait.
    if v_owner is null and p_business_id is null then
        perform pg_catalog.set_config('gin_fuzzy_search_limit', '20000', true);
    end if;
    foreach v_spellings in array array[null, 'analytics.appointment_words']::regclass[] loop
        v_query := private.search_query(p_query, v_spellings);
        return query
            -- A rank by spellings would tell which words other accounts have.
            select c.id, case when v_spellings is null then pg_catalog.ts_rank(c.search, v_query) else 0.01::real end
            -- Of a name that thousands have, any few hundred: ordering them all would take a second.
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

-- Appointments by customer: name (with typos), phone in any spelling, e-mail, service, external id, notes; best first. A user searches
-- their own. rank: 0 to 1. p_limit: at most 100. Text that holds no word finds nothing.
create or replace function public.search_appointments(p_query text, p_business_id uuid default null, p_limit integer default 20)
returns table (id uuid, business_id uuid, customer_name text, customer_phone text, customer_email text, scheduled_at timestamptz,
               duration integer, status public.appointment_status, service_type text, external_id text, notes text, rank real)
language plpgsql stable
set search_path = ''
as $$
begin
    return query
        select a.id, a.business_id, a.customer_name, a.customer_phone, a.customer_email, a.scheduled_at, a.duration, a.status,
               a.service_type, a.external_id, a.notes, f.rank
        from private.find_appointments(p_query, p_business_id, least(greatest(coalesce(p_limit, 20), 1), 100))
             with ordinality f (id, rank, place)
        -- One by one: to the planner a user has a handful of appointments, and it would read them all.
        cross join lateral (select r.* from public.appointments r where r.id = f.id and r.deleted_at is null limit 1) a
        order by f.place;
end $$;

revoke all on function public.search_appointments(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_appointments(text, uuid, integer) to authenticated, service_role, console;
