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
