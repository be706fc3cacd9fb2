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
