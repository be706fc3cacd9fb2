-- What the numbers in use cost a month, by account, provider and type: active ones that are not in the trash. In the currency that
-- the provider bills in, as monthly_cost is. unknown: numbers without a cost.
drop materialized view if exists analytics.number_costs;
create materialized view analytics.number_costs as
select n.user_id, n.provider, n.number_type, count(*) as numbers, coalesce(sum(n.monthly_cost), 0) as monthly_cost,
       count(*) filter (where n.monthly_cost is null) as unknown
from public.business_numbers n
where n.is_active and n.deleted_at is null
group by 1, 2, 3;

-- REFRESH CONCURRENTLY; an account's own rows.
create unique index number_costs_key on analytics.number_costs (user_id, provider, number_type);

revoke all on analytics.number_costs from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on analytics.number_costs to console;

-- A user's own rows of analytics.number_costs, where the columns are explained; refreshed_at: what they are as of.
-- SECURITY DEFINER: a materialized view has no row security, so users hold no right on it.
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

create or replace view public.number_costs with (security_invoker = true) as
    select n.provider, n.number_type, n.numbers, n.monthly_cost, n.unknown, n.refreshed_at
    from private.own_number_costs() n;
revoke all on public.number_costs from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.number_costs to authenticated, console;
