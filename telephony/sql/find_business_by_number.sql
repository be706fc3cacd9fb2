-- Find the business of a called phone number. The Voice Agent calls it at the start of a call. It uses one
-- index look-up.
-- p_phone_number: the number in E.164; it ignores spaces, dashes, dots and brackets.
-- Returns no row if the number or its business is unknown, inactive or in the trash.
create or replace function public.find_business_by_number(p_phone_number text)
returns table (business_id uuid, name text, business_type text, timezone text, is_open_now boolean,
               business_hours jsonb, number_id uuid)
language plpgsql stable
set search_path = ''
as $$
begin
    return query
        select b.id, b.name, b.business_type, b.timezone,
               private.is_open_at(b.business_hours, b.timezone, pg_catalog.now()), b.business_hours, n.id
        from public.business_numbers n
        join public.business_v2 b on b.id = n.business_id
        where n.phone_number = pg_catalog.regexp_replace(p_phone_number, '[-[:space:].()]', '', 'g')
          and n.is_active and n.deleted_at is null
          and b.is_active and b.deleted_at is null;
end $$;

revoke all on function public.find_business_by_number(text) from public, anon, authenticated, service_role;
grant execute on function public.find_business_by_number(text) to voice_agent, service_role, console;
