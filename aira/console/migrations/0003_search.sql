-- Find accounts by id, by a whole phone number (p_phone, as private.phone_asked returns it), or by the
-- beginning of an e-mail. This project can't index auth.users. Hosted Supabase's index on e-mails leaves out
-- accounts of single sign-on and serves only queries that do the same. In a collation that does not order by
-- characters alone, it may miss some of many e-mails with the same beginning.
-- p_whole: true finds only the whole e-mail, for staff who may not see it.
create or replace function private.find_accounts(p_query text, p_id uuid, p_phone text, p_limit integer, p_whole boolean)
returns table (id uuid, label text, detail text)
language plpgsql stable rows 10
set search_path = ''
as $$
declare
    v_indexed text := '';
begin
    if p_id is not null then
        return query select u.id, coalesce(u.email, u.phone, u.id::text)::text, u.phone::text from auth.users u where u.id = p_id;
    elsif p_phone is not null then
        return query
            select u.id, coalesce(u.email, u.phone)::text, u.phone::text from auth.users u
            where u.phone in (pg_catalog.reverse(p_phone), '+' || pg_catalog.reverse(p_phone)) limit p_limit;
    elsif pg_catalog.length(p_query) >= 3 then
        if exists (select from pg_catalog.pg_attribute a where a.attrelid = 'auth.users'::regclass and a.attname = 'is_sso_user') then
            v_indexed := 'not u.is_sso_user and';
        end if;
        if p_whole then
            return query execute pg_catalog.format(
                'select u.id, u.email::text, u.phone::text from auth.users u where %s u.email = $1 limit $2', v_indexed)
                using pg_catalog.lower(p_query), p_limit;
            return;
        end if;
        return query execute pg_catalog.format($f$
            select u.id, u.email::text, u.phone::text
            from (select u.id, u.email, u.phone from auth.users u where %s u.email >= $1 order by u.email limit 200) u
            where pg_catalog.starts_with(u.email, $1) limit $2
            $f$, v_indexed) using pg_catalog.lower(p_query), p_limit;
    end if;
end $$;

revoke all on function private.find_accounts(text, uuid, text, integer, boolean) from public;

-- Find all that staff may mean by what they typed: an id, an e-mail, a phone number in any spelling, a Twilio
-- sid, a Stripe payment intent, or names with typos.
-- p_limit: rows of each kind. Best first.
-- p_whole: true finds people only by whole values, for staff who may not see personal data; see
-- private.find_appointments_whole. Others also find phone numbers by four digits or more of either end.
-- Returns detail: a text that distinguishes rows with the same label; rank: 0 to 1.
-- SECURITY DEFINER: console can't read auth.users, and row security would prevent the queries from using
-- their indexes.
create or replace function private.search(p_query text, p_limit integer default 10, p_whole boolean default false)
returns table (kind text, id uuid, label text, detail text, rank real)
language plpgsql stable security definer
set search_path = ''
as $$
declare
    v_text text := pg_catalog.btrim(pg_catalog.left(p_query, 500));
    v_limit integer := least(greatest(coalesce(p_limit, 10), 1), 100);
    v_id uuid := case when v_text ~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$' then v_text::uuid end;
    v_phone text := private.phone_asked(v_text);
    v_part text := case when not p_whole then private.phone_part(v_text) end;
    -- A number in the format of another country begins with 00 and the country code.
    v_begins text := pg_catalog.substring(v_part, '^(?:00)?([0-9]{4,})$');
    -- Longer ends are in v_phone, without the zero of a national number.
    v_ends text := case when v_phone is null then pg_catalog.reverse(v_part) end;
begin
    if v_text is null or v_text = '' then
        return;
    end if;
    return query
        select 'account', a.id, a.label, a.detail, 1::real from private.find_accounts(v_text, v_id, v_phone, v_limit, p_whole) a;
    return query
        select 'business', b.id, b.name, pg_catalog.concat_ws(', ', b.email, b.phone_number, case when b.deleted_at is not null then 'in the trash' end), f.rank
        from (select c.id, max(c.rank) as rank
              from (select v_id as id, 1::real as rank where v_id is not null
                    union all
                    select o.id, o.rank from private.find_businesses(v_text, v_limit) o where v_id is null
                    union all
                    (select p.id, 1::real from public.business_v2 p
                     where private.phone_digits(p.phone_number) ~>=~ v_begins
                       and private.phone_digits(p.phone_number) ~<~ (v_begins || ':') limit v_limit)
                    union all
                    (select p.id, 1::real from public.business_v2 p
                     where private.phone_key(p.phone_number) ~>=~ v_ends
                       and private.phone_key(p.phone_number) ~<~ (v_ends || ':') limit v_limit)) c
              group by c.id) f
        join public.business_v2 b on b.id = f.id order by f.rank desc, b.name, b.id limit v_limit;
    return query
        select 'number', n.id, n.phone_number, pg_catalog.concat_ws(', ', n.display_name, case when n.deleted_at is not null then 'in the trash' end), 1::real
        from public.business_numbers n
        where n.id in (
            select v_id
            union all
            select t.id from public.business_numbers t where t.twilio_sid = v_text
            union all
            (select p.id from public.business_numbers p
             where private.phone_key(p.phone_number) ~>=~ v_phone
               and private.phone_key(p.phone_number) ~<~ (v_phone || ':') limit v_limit)
            union all
            (select p.id from public.business_numbers p
             where private.phone_digits(p.phone_number) ~>=~ v_begins
               and private.phone_digits(p.phone_number) ~<~ (v_begins || ':') limit v_limit)
            union all
            (select p.id from public.business_numbers p
             where private.phone_key(p.phone_number) ~>=~ v_ends
               and private.phone_key(p.phone_number) ~<~ (v_ends || ':') limit v_limit)
            union all
            (select a.id from public.business_numbers a where v_text ~ '^AC[0-9a-zA-Z]{8,}$' and a.twilio_account_sid = v_text limit v_limit))
        order by n.phone_number limit v_limit;
    return query
        select 'transaction', t.id, pg_catalog.concat_ws(' ', t.type, t.amount, t.currency),
               pg_catalog.concat_ws(', ', t.status, t.stripe_payment_intent_id, t.description), 1::real
        from public.transactions t
        where t.id = v_id or t.stripe_payment_intent_id = v_text
        order by t.created_at desc limit v_limit;
    return query
        select 'appointment', a.id, a.customer_name,
               pg_catalog.concat_ws(', ', private.local_text(a.scheduled_at, b.timezone), a.customer_phone, a.customer_email, a.status,
                                    case when a.deleted_at is not null then 'in the trash' end), f.rank
        from (select c.id, max(c.rank) as rank, min(c.place) as place
              from (select v_id as id, 1::real as rank, 1::bigint as place where v_id is not null
                    union all
                    select o.id, o.rank, o.place from private.find_appointments(v_text, null, v_limit, true) with ordinality o (id, rank, place)
                    where v_id is null and not p_whole
                    union all
                    select o.id, o.rank, o.place from private.find_appointments_whole(v_text, v_limit) with ordinality o (id, rank, place)
                    where v_id is null and p_whole
                    union all
                    select o.id, 1::real, o.place + v_limit
                    from private.find_appointments_by_part(v_begins, v_ends, v_limit) with ordinality o (id, place)) c
              group by c.id) f
        join public.appointments a on a.id = f.id join public.business_v2 b on b.id = a.business_id order by f.place, a.id limit v_limit;
    return query
        select 'document', d.id, d.file_name,
               pg_catalog.concat_ws(', ', d.processing_status, case when d.deleted_at is not null then 'in the trash' end), f.rank
        from (select v_id as id, 1::real as rank, 1::bigint as place where v_id is not null
              union all
              select o.id, o.rank, o.place from private.find_documents(v_text, null, v_limit, true) with ordinality o (id, rank, place)
              where v_id is null) f
        join public.documents d on d.id = f.id order by f.place;
end $$;

revoke all on function private.search(text, integer, boolean) from public;
grant execute on function private.search(text, integer, boolean) to console;
