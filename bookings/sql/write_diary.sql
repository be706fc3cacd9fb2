-- Notes that an appointment is placed in a business, and for how long it stays (minutes, with its buffers); returns the longest
-- stay there ever was. Each transaction that places writes the same row: one whose snapshot is older than another one fails here. It writes
-- once, unless a stay is longer: a row that is written for each of thousands of appointments has as many dead versions to walk through.
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
