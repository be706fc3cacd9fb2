drop view if exists public.number_costs;
drop function if exists private.own_number_costs();
drop materialized view if exists analytics.number_costs;
