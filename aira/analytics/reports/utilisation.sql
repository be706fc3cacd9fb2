-- title: Utilisation of opening hours
-- view: open_hours_utilisation
-- note: The share of the bookable time of all businesses that is booked, from at most 90 days ago to 14 days ahead.
select u.day, count(*) as open_businesses, round(sum(u.open_minutes * u.capacity) / 60, 1) as bookable_hours,
       round(sum(u.booked_minutes) / 60, 1) as booked_hours,
       round(sum(u.booked_minutes) / sum(u.open_minutes * u.capacity), 4) as utilisation
from analytics.open_hours_utilisation u
where u.day > current_date - %(days)s
group by u.day
order by u.day desc
