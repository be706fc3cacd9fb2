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
