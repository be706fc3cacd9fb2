-- Return the caller's rows of analytics.daily_revenue, which explains the columns. refreshed_at: when the
-- figures were computed.
-- SECURITY DEFINER: materialized views have no row security, so users have no right on them.
create or replace function private.own_spending_by_day()
returns table (day date, currency text, topped_up numeric, paid_back numeric, spent numeric, refunded numeric, carried numeric,
               change numeric, refreshed_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
        select d.day, d.currency, d.topped_up, d.paid_back, d.spent, d.refunded, d.carried, d.change, r.refreshed_at
        from analytics.daily_revenue d
        left join private.analytics_refreshes r on r.view_name = 'daily_revenue'
        where d.user_id = private.uid();
end $$;

revoke all on function private.own_spending_by_day() from public;
grant execute on function private.own_spending_by_day() to authenticated, console;

-- Spending of the caller's account by day and currency; see analytics.daily_revenue.
--   day: the day, in UTC
--   currency: USD or INR
--   topped_up: money that came into the wallet
--   paid_back: top-ups that were refunded or disputed
--   spent: charges
--   refunded: charges that were refunded
--   carried: opening balances of the adoption, minus the rest when the account was closed
--   change: the change of the balance, the sum of all of these
--   refreshed_at: when the figures were computed
create or replace view public.spending_by_day with (security_invoker = true) as
    select s.day, s.currency, s.topped_up, s.paid_back, s.spent, s.refunded, s.carried, s.change, s.refreshed_at
    from private.own_spending_by_day() s;
revoke all on public.spending_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.spending_by_day to authenticated, console;
