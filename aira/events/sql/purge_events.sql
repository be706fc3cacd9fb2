-- Remove up to p_limit events from before p_before, the oldest first. Return their number.
-- SECURITY DEFINER: no role may remove events.
-- Errors: 22023 p_before is less than a day ago.
create or replace function private.purge_events(p_before timestamptz, p_limit integer default 1000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_removed integer;
begin
    if p_before is null or p_before > pg_catalog.now() - interval '1 day' then
        raise exception 'events newer than a day can''t be purged, but p_before is %', p_before
            using errcode = 'invalid_parameter_value';
    end if;
    delete from private.events e
    where e.id in (select o.id from private.events o where o.at < p_before and o.position is not null
                   order by o.at limit p_limit for update skip locked);
    get diagnostics v_removed = row_count;
    return v_removed;
end $$;

revoke all on function private.purge_events(timestamptz, integer) from public;
grant execute on function private.purge_events(timestamptz, integer) to console;
