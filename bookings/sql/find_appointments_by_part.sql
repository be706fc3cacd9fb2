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
