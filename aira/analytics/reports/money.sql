-- title: Money by day and currency
-- view: daily_revenue
-- note: Days are in UTC. Paid back: refunds to the payer, and disputes. Revenue is spent minus refunded. Each currency has rows of its own.
select d.day, d.currency, sum(d.topped_up) as topped_up, sum(d.paid_back) as paid_back, sum(d.spent) as spent,
       sum(d.refunded) as refunded, sum(d.revenue) as revenue
from analytics.daily_revenue d
where d.day > (now() at time zone 'UTC')::date - %(days)s and d.day <= (now() at time zone 'UTC')::date
group by d.day, d.currency
order by d.day desc, d.currency
