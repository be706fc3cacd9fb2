-- title: Monthly cost of phone numbers
-- view: number_costs
-- note: Costs of active phone numbers, in the currency of their provider.
select n.provider, n.number_type, sum(n.numbers) as numbers, sum(n.monthly_cost) as monthly_cost, sum(n.unknown) as unknown
from analytics.number_costs n
group by n.provider, n.number_type
order by n.provider, n.number_type
