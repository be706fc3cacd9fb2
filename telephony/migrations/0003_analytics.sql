-- Monthly cost of phone numbers by account, provider and type. It counts active numbers that are not in the
-- trash. monthly_cost is in the currency of the provider. unknown: numbers without a cost.
drop materialized view if exists analytics.number_costs;
create materialized view analytics.number_costs as
select n.user_id, n.provider, n.number_type, count(*) as numbers, coalesce(sum(n.monthly_cost), 0) as monthly_cost,
       count(*) filter (where n.monthly_cost is null) as unknown
from public.business_numbers n
where n.is_active and n.deleted_at is null
group by 1, 2, 3;

-- Read by REFRESH CONCURRENTLY and by the view of an account's own rows.
create unique index number_costs_key on analytics.number_costs (user_id, provider, number_type);

revoke all on analytics.number_costs from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.number_costs to console;

-- Return the caller's rows of analytics.number_costs, which explains the columns. refreshed_at: when the
-- figures were computed.
-- SECURITY DEFINER: materialized views have no row security, so users have no right on them.
create or replace function private.own_number_costs()
returns table (provider text, number_type public.business_number_type, numbers bigint, monthly_cost numeric, unknown bigint,
               refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select n.provider, n.number_type, n.numbers, n.monthly_cost, n.unknown, r.refreshed_at
        from analytics.number_costs n
        left join private.analytics_refreshes r on r.view_name = 'number_costs'
        where n.user_id = private.uid();
end $$;

revoke all on function private.own_number_costs() from public;
grant execute on function private.own_number_costs() to authenticated, console;

-- Monthly cost of the caller's phone numbers by provider and type. It counts active numbers that are not in
-- the trash.
--   provider: the company that provides the numbers
--   number_type: the type of the numbers
--   numbers: how many numbers
--   monthly_cost: the sum of their monthly costs, in the currency of the provider
--   unknown: numbers without a cost
--   refreshed_at: when the figures were computed
create or replace view public.number_costs with (security_invoker = true) as
    select n.provider, n.number_type, n.numbers, n.monthly_cost, n.unknown, n.refreshed_at
    from private.own_number_costs() n;
revoke all on public.number_costs from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.number_costs to authenticated, console;
