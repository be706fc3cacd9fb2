-- Record an audit event about an account that is not a change of a row: its data was exported, erased or
-- revealed.
-- p_verb: export, erase or reveal. p_details: facts for the reader, without personal data.
-- SECURITY DEFINER: no role may write audit.events.
-- Errors: 22023 the verb is unknown.
create or replace function private.record_use(p_verb text, p_user_id uuid, p_details jsonb default null)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record;
begin
    if p_verb is null or p_verb not in ('export', 'erase', 'reveal') then
        raise exception 'the verb must be export, erase or reveal, not "%"', coalesce(p_verb, 'null')
            using errcode = 'invalid_parameter_value';
    end if;
    v_actor := private.current_actor();
    insert into audit.events (
        table_name, row_id, user_id, verb, after, actor_kind, actor_id, actor_name, request_id, reason)
    values (
        'accounts', p_user_id, p_user_id, p_verb, p_details,
        v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
end $$;

revoke all on function private.record_use(text, uuid, jsonb) from public;
grant execute on function private.record_use(text, uuid, jsonb) to console;
