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
