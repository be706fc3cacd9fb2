-- The booking rules of each business that is not in the trash, with defaults filled in. Times are minutes.
-- longest_stay: the longest appointment ever placed there, with its buffers. It is a view so that it becomes
-- part of the query that reads it; a function would cost a call.
create or replace view private.booking_terms as
select b.id as business_id, b.user_id, b.timezone, b.business_hours as hours, coalesce(r.capacity, 1) as capacity,
       coalesce(r.buffer_before, 0) as buffer_before, coalesce(r.buffer_after, 0) as buffer_after,
       coalesce(r.min_notice, 0) as min_notice, r.slot_step, coalesce(r.max_days_ahead, 365) as max_days_ahead,
       coalesce(d.longest_stay, 0) as longest_stay
from public.business_v2 b
left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
left join private.booking_diaries d on d.business_id = b.id
where b.deleted_at is null;

revoke all on private.booking_terms from public, anon, authenticated, service_role;
