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
