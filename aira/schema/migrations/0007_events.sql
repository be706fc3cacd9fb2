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

-- Grants and policies of the events. Only functions of the owner write them.
alter table private.events enable row level security;
revoke all on private.events from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.events to console;
drop policy if exists events_select_console on private.events;
create policy events_select_console on private.events
    for select to console using (true);
revoke all on sequence private.events_id_seq from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
revoke all on sequence private.event_positions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
