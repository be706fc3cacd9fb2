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

-- What the caller's numbers in use cost a month, by provider and type: active ones that are not in the trash.
--   provider: who the numbers were bought from
--   number_type: what kind of numbers they are
--   numbers: how many
--   monthly_cost: all together, in the currency that the provider bills in
--   unknown: numbers without a cost
--   refreshed_at: what the figures are as of
create or replace view public.number_costs with (security_invoker = true) as
    select n.provider, n.number_type, n.numbers, n.monthly_cost, n.unknown, n.refreshed_at
    from private.own_number_costs() n;
revoke all on public.number_costs from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.number_costs to authenticated, console;
