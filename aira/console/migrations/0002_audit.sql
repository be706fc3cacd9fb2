-- Audit triggers for staff, their groups and their permissions; see aira/audit/sql/record_change.sql.
create or replace trigger audit after insert or update or delete on console.staff_users
    for each row execute function private.record_change('last_login');
create or replace trigger audit after insert or update or delete on console.staff_users_groups
    for each row execute function private.record_change('');
create or replace trigger audit after insert or update or delete on console.staff_users_user_permissions
    for each row execute function private.record_change('');
create or replace trigger audit after insert or update or delete on console.auth_group
    for each row execute function private.record_change('');
create or replace trigger audit after insert or update or delete on console.auth_group_permissions
    for each row execute function private.record_change('');

-- Record an audit event for an export of rows of a table into a file.
-- p_table: the table. p_details: the number of rows, the format, and the names of the filters. Values of
-- filters are left out, because they may be personal data.
-- SECURITY DEFINER: no role may write audit.events.
create or replace function private.record_list_export(p_table text, p_details jsonb)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record := private.current_actor();
begin
    insert into audit.events (table_name, row_id, verb, after, actor_kind, actor_id, actor_name, request_id, reason)
    values ('exports', p_table, 'export', p_details, v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
end $$;

revoke all on function private.record_list_export(text, jsonb) from public;
grant execute on function private.record_list_export(text, jsonb) to console;

-- Record an audit event for a reveal: a member of staff saw the personal data of one row. It stores which
-- row, of which account and business. Actor and reason come from the transaction. The revealed values are not
-- stored.
-- SECURITY DEFINER: no role may write audit.events.
-- Errors: 22023 the actor is not staff, or the reason is missing.
create or replace function private.record_reveal(p_table text, p_row_id text, p_user_id uuid, p_business_id uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record := private.current_actor();
begin
    if v_actor.kind <> 'staff' or coalesce(pg_catalog.btrim(v_actor.reason), '') = '' then
        raise exception 'personal data is revealed only to a member of staff who gives a reason'
            using errcode = 'invalid_parameter_value', hint = 'Set aira.actor with a member of staff and a reason first.';
    end if;
    insert into audit.events (
        table_name, row_id, user_id, business_id, verb, actor_kind, actor_id, actor_name, request_id, reason)
    values (
        p_table, p_row_id, p_user_id, p_business_id, 'reveal',
        v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
end $$;

revoke all on function private.record_reveal(text, text, uuid, uuid) from public;
grant execute on function private.record_reveal(text, text, uuid, uuid) to console;

-- Record an audit event for a search for people by personal data.
-- p_list: where, such as appointments or everywhere. p_details: the kinds of values, and whether these had to
-- match as a whole. The values are not stored.
-- SECURITY DEFINER: no role may write audit.events.
create or replace function private.record_search(p_list text, p_details jsonb)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record := private.current_actor();
begin
    insert into audit.events (table_name, row_id, verb, after, actor_kind, actor_id, actor_name, request_id, reason)
    values ('searches', p_list, 'search', p_details, v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
end $$;

revoke all on function private.record_search(text, jsonb) from public;
grant execute on function private.record_search(text, jsonb) to console;
