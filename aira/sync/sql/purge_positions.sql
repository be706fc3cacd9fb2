-- Remove up to p_limit positions from before p_before, the oldest first. Return their number. A reader that has not
-- read one of them starts anew.
-- SECURITY DEFINER: no role may remove positions.
-- Errors: 22023 p_before is less than a day ago.
create or replace function private.purge_positions(p_before timestamptz, p_limit integer default 1000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_removed integer;
    v_last bigint;
    v_last_at timestamptz;
begin
    if p_before is null or p_before > pg_catalog.now() - interval '1 day' then
        raise exception 'positions newer than a day can''t be purged, but p_before is %', p_before
            using errcode = 'invalid_parameter_value';
    end if;
    -- Positions and their times increase together, so the oldest ones have the lowest positions.
    perform from private.sync_state s for update;
    with removed as (
        delete from private.row_positions p
        where p.position = any (array(select o.position from private.row_positions o where o.at < p_before
                                      order by o.at, o.position limit p_limit))
        returning p.position, p.at
    )
    select pg_catalog.count(*), pg_catalog.max(r.position), pg_catalog.max(r.at)
    into v_removed, v_last, v_last_at from removed r;
    -- A microsecond later: changes of the same moment may be removed in part.
    update private.sync_state s
    set kept_after = greatest(s.kept_after, v_last),
        kept_since = greatest(s.kept_since, v_last_at + interval '1 microsecond')
    where v_removed > 0;
    return v_removed;
end $$;

revoke all on function private.purge_positions(timestamptz, integer) from public;
grant execute on function private.purge_positions(timestamptz, integer) to console;
