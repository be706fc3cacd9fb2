-- Record in the diary that an appointment is placed in a business. Return the longest stay there so far.
-- p_stay: minutes of the appointment with its buffers.
-- Each transaction that places an appointment writes the same row, so one with an outdated snapshot fails
-- here. It writes only once for each transaction, unless a stay is longer: a row that is written for each of
-- thousands of appointments has as many dead versions to skip.
-- Errors: 40001, 23505 under REPEATABLE READ and SERIALIZABLE.
create or replace function private.write_diary(p_business_id uuid, p_stay integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    v_longest integer;
begin
    select d.longest_stay into v_longest
    from private.booking_diaries d
    where d.business_id = p_business_id and d.longest_stay >= p_stay and d.xmin = pg_catalog.pg_current_xact_id()::xid;
    if found then
        return v_longest;
    end if;
    update private.booking_diaries d
    set longest_stay = greatest(d.longest_stay, p_stay), placed = d.placed + 1
    where d.business_id = p_business_id
    returning d.longest_stay into v_longest;
    if not found then
        insert into private.booking_diaries (business_id, longest_stay, placed) values (p_business_id, p_stay, 1);
        return p_stay;
    end if;
    return v_longest;
end $$;

revoke all on function private.write_diary(uuid, integer) from public;
