-- title: Utilisation of open hours
-- view: open_hours_utilisation
-- note: Booked of what could be booked, all businesses together; 14 days ahead and at most 90 back.
select u.day, count(*) as open_businesses, round(sum(u.open_minutes * u.capacity) / 60, 1) as bookable_hours,
       round(sum(u.booked_minutes) / 60, 1) as booked_hours,
       round(sum(u.booked_minutes) / sum(u.open_minutes * u.capacity), 4) as utilisation
from analytics.open_hours_utilisation u
where u.day > current_date - %(days)s
group by u.day
order by u.day desc
