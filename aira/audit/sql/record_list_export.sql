-- Writes an event that somebody took rows of a table along, as a file. p_table: what of; p_details: how many, in which format, by which
-- filters (their names alone: what was looked for may be personal).
-- SECURITY DEFINER: nobody may write to audit.events.
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
