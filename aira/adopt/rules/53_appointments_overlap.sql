-- Confirmed appointments of a business do not overlap, unless its booking rules allow several at a time.
-- automatic beside: both appointments stay, with slot numbers of their own. Nothing else can be booked at that time.
select 'appointments' as table_name, a.id as row_id, format('is at %s for %s minutes, and overlaps an earlier one', a.scheduled_at, a.duration) as detail,
       'beside' as option
from (select a.id, a.scheduled_at, a.duration,
             max(a.scheduled_at + greatest(1, least(1440, coalesce(a.duration, 60))) * interval '1 minute')
                 over (partition by a.business_id order by a.scheduled_at, a.id rows between unbounded preceding and 1 preceding) as earlier_until
      from public.appointments a where a.status = 'confirmed' and a.scheduled_at < '290000-01-01') a
where a.earlier_until > a.scheduled_at;
