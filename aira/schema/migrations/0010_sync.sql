-- Trigger after a change of a row: note that it changed, in the transaction of the change.
-- SECURITY DEFINER: no role may write the notes.
create or replace function private.note_change()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if tg_op = 'DELETE' then
        insert into private.row_changes (table_name, row_id) values (tg_table_name, old.id);
        return null;
    end if;
    insert into private.row_changes (table_name, row_id) values (tg_table_name, new.id);
    -- A row that got another id is gone under its old one.
    if tg_op = 'UPDATE' and new.id <> old.id then
        insert into private.row_changes (table_name, row_id) values (tg_table_name, old.id);
    end if;
    return null;
end $$;

revoke all on function private.note_change() from public;

-- Give up to p_limit noted changes of rows their positions. Return the number of notes. A row keeps only its last
-- position.
-- Positions follow the commits: one session at a time gives them, and its lock ends after its commit is
-- visible. So whoever sees a position sees all lower ones, and a change that is committed late gets a position
-- behind those that were read before. Neither clocks nor the age of other transactions play a part.
-- SECURITY DEFINER: no role may write positions.
create or replace function private.number_changes(p_limit integer default 10000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_position bigint;
    v_at timestamptz;
    v_taken integer;
    v_numbered integer;
begin
    -- Usually nothing waits. Changes that another session is numbering are still seen as waiting here.
    if not exists (select from private.row_changes) then
        return 0;
    end if;
    -- No service may update this table, so none can hold its lock.
    select s.position, greatest(s.at, pg_catalog.clock_timestamp()) into v_position, v_at
    from private.sync_state s for update;
    with taken as materialized (
        delete from private.row_changes c
        where c.id = any (array(select w.id from private.row_changes w order by w.id limit p_limit))
        returning c.table_name, c.row_id
    ), numbered as (
        insert into private.row_positions as p (table_name, row_id, position, at)
        select t.table_name, t.row_id, v_position + pg_catalog.row_number() over (), v_at
        from (select distinct t.table_name, t.row_id from taken t) t
        on conflict (table_name, row_id) do update set position = excluded.position, at = excluded.at
        returning p.position
    )
    select (select pg_catalog.count(*) from taken), (select pg_catalog.count(*) from numbered)
    into v_taken, v_numbered;
    update private.sync_state s set position = v_position + v_numbered, at = v_at where v_numbered > 0;
    return v_taken;
end $$;

revoke all on function private.number_changes(integer) from public;
grant execute on function private.number_changes(integer) to console;

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

-- Grants and policies of the sync. Only functions of the owner write its tables.
alter table private.row_changes enable row level security;
revoke all on private.row_changes from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.row_changes to console;
drop policy if exists row_changes_select_console on private.row_changes;
create policy row_changes_select_console on private.row_changes
    for select to console using (true);
revoke all on sequence private.row_changes_id_seq from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
alter table private.row_positions enable row level security;
revoke all on private.row_positions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.row_positions to console;
drop policy if exists row_positions_select_console on private.row_positions;
create policy row_positions_select_console on private.row_positions
    for select to console using (true);
alter table private.sync_state enable row level security;
revoke all on private.sync_state from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.sync_state to console;
drop policy if exists sync_state_select_console on private.sync_state;
create policy sync_state_select_console on private.sync_state
    for select to console using (true);
