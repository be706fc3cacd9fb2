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
