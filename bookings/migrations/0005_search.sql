-- The words of customers' names. private.search_query uses them to find words with a similar spelling. New
-- words are here after the next refresh; until then, a search must spell them as they are stored.
drop materialized view if exists analytics.appointment_words;
create materialized view analytics.appointment_words as
    select s.word from ts_stat('select a.search from public.appointments a', 'a') s where length(s.word) between 3 and 30;

-- Read by REFRESH CONCURRENTLY and by the look-up of misspellings.
create unique index appointment_words_key on analytics.appointment_words (word);
-- Words with a similar spelling.
create index appointment_words_alike on analytics.appointment_words using gin (word extensions.gin_trgm_ops);

revoke all on analytics.appointment_words from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.appointment_words to console;

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

-- Find appointments for staff who may not see customers' data: by whole words of the name, a whole phone
-- number in any spelling, a whole e-mail, external id or service. It does not match beginnings, misspellings
-- or words of notes, because these would reveal a masked value letter by letter. Only private.search calls
-- it. It includes the trash.
-- Returns rank: 1.
create or replace function private.find_appointments_whole(p_query text, p_limit integer)
returns table (id uuid, rank real)
language plpgsql stable rows 20
-- For a word in half of all rows, some thousands of rows are enough.
set search_path = '' set gin_fuzzy_search_limit = 20000
as $$
declare
    v_phone text := private.phone_asked(p_query);
    v_text text := pg_catalog.lower(pg_catalog.btrim(p_query));
    v_words text[] := (pg_catalog.array_remove(
        pg_catalog.string_to_array(private.plain_words(pg_catalog.left(p_query, 500)), ' '), ''))[1:8];
    v_names tsquery;
    v_others tsquery;
begin
    if v_phone is not null then
        return query
            select a.id, 1::real from public.appointments a
            where private.phone_key(a.customer_phone) ~>=~ v_phone
              and private.phone_key(a.customer_phone) ~<~ (v_phone || ':')
              -- The whole number must match. phone_asked leaves out leading zeros, which stand at the end
              -- here.
              and pg_catalog.rtrim(private.phone_key(a.customer_phone), '0') = v_phone
            order by a.scheduled_at desc, a.id limit p_limit;
        return;
    elsif v_words is null or v_words = '{}' then
        return;
    end if;
    -- A: words of the name. B: words of e-mail, service and external id.
    v_names := pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_words, ':A & ') || ':A');
    v_others := pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_words, ':B & ') || ':B');
    return query
        select c.id, 1::real
        from (select a.id, a.scheduled_at from public.appointments a
              where a.search @@ v_names
                 or (a.search @@ v_others
                     and v_text in (pg_catalog.lower(pg_catalog.btrim(a.customer_email)), pg_catalog.lower(a.external_id),
                                    pg_catalog.lower(a.service_type)))
              limit 300) c
        order by c.scheduled_at desc, c.id limit p_limit;
end $$;

revoke all on function private.find_appointments_whole(text, integer) from public;

-- Search appointments by customer: name (typos are fine), phone number in any spelling, e-mail, service,
-- external id or notes. Best first. A user searches their own appointments. A text without a word finds
-- nothing.
-- p_limit: at most 100 rows.
-- Returns rank: 0 to 1.
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
        -- LATERAL looks rows up one by one. The planner assumes that a user has few appointments and would
        -- read all of them.
        cross join lateral (select r.* from public.appointments r where r.id = f.id and r.deleted_at is null limit 1) a
        order by f.place;
end $$;

revoke all on function public.search_appointments(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_appointments(text, uuid, integer) to authenticated, service_role, console;

-- Find appointments by the beginning or the end of a phone number. The latest first. It includes the trash.
-- Only private.search calls it, for staff who see customers' data.
-- p_begins: digits as in private.phone_digits; p_ends: as in private.phone_key. Null finds nothing.
create or replace function private.find_appointments_by_part(p_begins text, p_ends text, p_limit integer)
returns table (id uuid)
language plpgsql stable rows 20
set search_path = ''
as $$
begin
    if p_begins is null and p_ends is null then
        return;
    end if;
    return query
        select c.id
        -- A country code begins most numbers: any 300 are enough, since ordering all takes too long.
        from ((select a.id, a.scheduled_at from public.appointments a
               where private.phone_digits(a.customer_phone) ~>=~ p_begins
                 and private.phone_digits(a.customer_phone) ~<~ (p_begins || ':') limit 300)
              union
              (select a.id, a.scheduled_at from public.appointments a
               where private.phone_key(a.customer_phone) ~>=~ p_ends
                 and private.phone_key(a.customer_phone) ~<~ (p_ends || ':') limit 300)) c
        order by c.scheduled_at desc, c.id limit p_limit;
end $$;

revoke all on function private.find_appointments_by_part(text, text, integer) from public;
