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
