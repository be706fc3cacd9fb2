-- AFTER row trigger. It records the changes of a row and their actor (private.current_actor) in audit.events.
-- Its arguments are the columns that are not recorded; an update of only these makes no event. For a column
-- `password` it records that it changed, but not the value.
-- For a long value it records the beginning, length and hash; see private.shortened().
-- before, after: an insert has all columns in `after`, a delete all in `before`, an update the changed
-- columns in both.
-- SECURITY DEFINER: no role may write audit.events.
create or replace function private.record_change()
returns trigger
language plpgsql security definer
-- Times are written in UTC for every writer: a client of the data API may choose its time zone.
set search_path = '' set timezone = 'UTC'
as $$
declare
    v_row jsonb;
    v_before jsonb;
    v_after jsonb;
    v_actor record;
begin
    if tg_op = 'INSERT' then
        v_row := pg_catalog.to_jsonb(new);
        v_after := v_row - tg_argv;
    elsif tg_op = 'DELETE' then
        v_row := pg_catalog.to_jsonb(old);
        v_before := v_row - tg_argv;
    else
        v_row := pg_catalog.to_jsonb(new);
        v_before := pg_catalog.to_jsonb(old);
        select pg_catalog.jsonb_object_agg(n.key, v_before -> n.key), pg_catalog.jsonb_object_agg(n.key, n.value)
        into v_before, v_after
        from pg_catalog.jsonb_each(v_row - tg_argv) n
        where n.value is distinct from v_before -> n.key;
        if v_after is null then
            return null;
        end if;
    end if;
    if coalesce(v_after, v_before) ? 'password' then
        v_before := pg_catalog.jsonb_set(v_before, '{password}', '"not recorded"', false);
        v_after := pg_catalog.jsonb_set(v_after, '{password}', '"not recorded"', false);
    end if;
    -- Few rows have a long value, and the size of the whole row can be computed without reading its values.
    if pg_catalog.pg_column_size(v_before) > 2000 or pg_catalog.pg_column_size(v_after) > 2000 then
        v_before := private.shortened(v_before);
        v_after := private.shortened(v_after);
    end if;
    v_actor := private.current_actor();
    insert into audit.events (
        table_name, row_id, user_id, business_id, verb, before, after,
        actor_kind, actor_id, actor_name, request_id, reason)
    values (
        tg_table_name,
        -- A row that links a group or a permission to a person counts as a change of that person.
        coalesce(v_row ->> 'staffuser_id', v_row ->> 'group_id', v_row ->> 'id', v_row ->> 'name'),
        (v_row ->> 'user_id')::uuid,
        (case tg_table_name when 'business_v2' then v_row ->> 'id' else v_row ->> 'business_id' end)::uuid,
        pg_catalog.lower(tg_op), v_before, v_after,
        v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
    return null;
end $$;

revoke all on function private.record_change() from public;
