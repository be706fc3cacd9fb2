-- AFTER row trigger: writes what changed in a row to audit.events. Its arguments are the columns that are not recorded;
-- a change of those alone is no event. Of a column `password` it is recorded that it changed, never the value.
-- before, after: an insert has all of `after`, a delete all of `before`, an update the changed columns in both.
-- Who did it, the first that applies:
--   * setting aira.actor, JSON {"kind", "id", "name", "request_id", "reason"}, which this project sets for a request; read only
--     while the session acts as console or the owner, so that no user and no other service can say who they are;
--   * kind user: `sub` of the JWT, when the role is authenticated; kind service: any other role that the data API took;
--   * kind database: the login role, with the name that the program gave itself.
-- SECURITY DEFINER: nobody may write to audit.events.
create or replace function private.record_change()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row jsonb;
    v_before jsonb;
    v_after jsonb;
    v_caller text := coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user);
    v_said text;
    v_kind text := 'database';
    v_id text := v_caller;
    v_name text;
    v_actor jsonb;
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

    if v_caller in ('console', current_user) then
        v_said := pg_catalog.current_setting('aira.actor', true);
        if v_said <> '' then
            v_actor := v_said::jsonb;
            v_kind := coalesce(v_actor ->> 'kind', v_kind);
            v_id := coalesce(v_actor ->> 'id', v_id);
            v_name := v_actor ->> 'name';
        end if;
    elsif v_caller = 'authenticated' then
        v_kind := 'user';
        v_id := private.uid();
    elsif v_caller <> session_user then
        v_kind := 'service';
    end if;
    if v_kind = 'database' then
        v_name := pg_catalog.current_setting('application_name');
    end if;

    insert into audit.events (
        table_name, row_id, user_id, business_id, verb, before, after,
        actor_kind, actor_id, actor_name, request_id, reason)
    values (
        tg_table_name,
        -- A row that links a group to somebody, or a permission, is a change of the one who gets it.
        coalesce(v_row ->> 'staffuser_id', v_row ->> 'group_id', v_row ->> 'id', v_row ->> 'name'), (v_row ->> 'user_id')::uuid,
        (case tg_table_name when 'business_v2' then v_row ->> 'id' else v_row ->> 'business_id' end)::uuid,
        pg_catalog.lower(tg_op), v_before, v_after,
        v_kind, v_id, v_name, v_actor ->> 'request_id', v_actor ->> 'reason');
    return null;
end $$;

revoke all on function private.record_change() from public;
