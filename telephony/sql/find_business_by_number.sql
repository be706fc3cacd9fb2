-- For the Voice Agent at the start of a call: the business that the called number belongs to. Spaces, dashes, dots and
-- brackets in the number don't matter. No row for an unknown, inactive or trashed number or business. One index probe.
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
