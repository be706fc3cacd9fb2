drop view if exists public.spending_by_day;
drop function if exists private.own_spending_by_day();
drop materialized view if exists analytics.wallet_liabilities;
drop materialized view if exists analytics.daily_revenue;
