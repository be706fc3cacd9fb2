-- How a business takes appointments, for whoever calls: to a user only their own business, to everybody no business that is
-- in the trash. One row or none. Minutes; p_longest_stay: of any appointment ever placed there, with its buffers.
create or replace function private.booking_terms(
    p_business_id uuid, out user_id uuid, out timezone text, out hours jsonb, out capacity integer, out buffer_before integer,
    out buffer_after integer, out min_notice integer, out slot_step integer, out max_days_ahead integer, out longest_stay integer)
returns setof record
language plpgsql stable
set search_path = ''
as $$
declare
    v_is_user constant boolean := private.caller() = 'authenticated';
    v_user constant uuid := case when v_is_user then private.uid() end;
begin
    return query
        select b.user_id, b.timezone, b.business_hours, coalesce(r.capacity, 1), coalesce(r.buffer_before, 0),
               coalesce(r.buffer_after, 0), coalesce(r.min_notice, 0), r.slot_step, coalesce(r.max_days_ahead, 365),
               coalesce(d.longest_stay, 0)
        from public.business_v2 b
        left join public.booking_rules r on r.business_id = b.id and r.user_id = b.user_id
        left join private.booking_diaries d on d.business_id = b.id
        where b.id = p_business_id and b.deleted_at is null
          and (not v_is_user or b.user_id = v_user);
end $$;

revoke all on function private.booking_terms(uuid) from public;
