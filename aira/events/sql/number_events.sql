-- Give up to p_limit committed events without a position their positions. Return how many. Only events with a
-- position are listed and delivered.
-- Positions follow the commits: one session at a time gives them, and its lock ends after its commit is
-- visible. So whoever sees a position sees all lower ones, and an event that is committed late gets a position
-- behind those that were read before. Gaps are possible.
-- SECURITY DEFINER: no role may write events.
create or replace function private.number_events(p_limit integer default 10000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_numbered integer;
begin
    -- Usually nothing waits. Events that another session is numbering are still seen as waiting here.
    if not exists (select from private.events e where e.position is null) then
        return 0;
    end if;
    -- Writers of that table go on. An advisory lock could be held by any role.
    lock table private.service_endpoints in share update exclusive mode;
    with waiting as materialized (
        select e.id from private.events e where e.position is null order by e.id limit p_limit
    ), numbered as materialized (
        select w.id, pg_catalog.nextval('private.event_positions') as position from waiting w
    )
    update private.events e set position = n.position from numbered n where e.id = n.id;
    get diagnostics v_numbered = row_count;
    return v_numbered;
end $$;

revoke all on function private.number_events(integer) from public;
grant execute on function private.number_events(integer) to console;
