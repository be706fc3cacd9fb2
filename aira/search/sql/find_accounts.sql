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
