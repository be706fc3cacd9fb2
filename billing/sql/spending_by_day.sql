-- A user's own rows of analytics.daily_revenue, where the columns are explained; refreshed_at: what they are as of.
-- SECURITY DEFINER: a materialized view has no row security, so users hold no right on it.
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

-- What the caller's account spent, by day and currency; see analytics.daily_revenue.
--   day: of UTC
--   currency: USD or INR
--   topped_up: what came into the wallet
--   paid_back: top-ups that were given back
--   spent: charges
--   refunded: charges that were given back
--   carried: opening balances of the adoption, less what was left when the account was closed
--   change: how the balance changed, all of these together
--   refreshed_at: what the figures are as of
create or replace view public.spending_by_day with (security_invoker = true) as
    select s.day, s.currency, s.topped_up, s.paid_back, s.spent, s.refunded, s.carried, s.change, s.refreshed_at
    from private.own_spending_by_day() s;
revoke all on public.spending_by_day from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on public.spending_by_day to authenticated, console;
