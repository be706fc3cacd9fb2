drop view if exists public.utilisation_by_day;
drop function if exists private.own_utilisation_by_day();
drop materialized view if exists analytics.open_hours_utilisation;
drop view if exists public.appointments_by_day;
drop function if exists private.own_appointments_by_day();
drop view if exists analytics.no_show_rates;
drop materialized view if exists analytics.daily_appointments;
