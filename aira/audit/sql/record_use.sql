-- Writes an event about an account that is no change of a row: its data was exported, erased, or shown unmasked.
-- p_details: what for a reader's sake; nothing personal.
-- SECURITY DEFINER: nobody may write to audit.events. Errors: 22023 for another verb.
create or replace function private.record_use(p_verb text, p_user_id uuid, p_details jsonb default null)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record;
begin
    if p_verb is null or p_verb not in ('export', 'erase', 'reveal') then
        raise exception 'a use is to export, to erase or to reveal, not %', p_verb using errcode = 'invalid_parameter_value';
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
