-- Remove the values of an account's events, except figures and states, which say nothing about a person.
-- Return the number of events. It serves the erasure of an account; no role holds EXECUTE.
-- The hash of the values stays in audit.redactions.
create or replace function private.redact_events(p_user_id uuid)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    v_redacted integer;
    c_impersonal constant text[] := array['id', 'user_id', 'business_id', 'amount', 'currency', 'type', 'status', 'hold',
        'refunded_amount', 'completed_at', 'expires_at', 'created_at', 'deleted_at', 'is_active'];
begin
    perform pg_catalog.set_config('aira.redaction', pg_catalog.pg_current_xact_id()::text, true);
    -- The seal of the month covers the values. Their hash lets it be computed without them.
    insert into audit.redactions (event_id, at, values_hash)
    select e.id, e.at, private.audit_values_hash(e.before, e.after, e.reason)
    from audit.events e where e.user_id = p_user_id
    on conflict do nothing;
    update audit.events e
    set before = (select pg_catalog.jsonb_object_agg(b.key, b.value) from pg_catalog.jsonb_each(e.before) b where b.key = any (c_impersonal)),
        after = (select pg_catalog.jsonb_object_agg(a.key, a.value) from pg_catalog.jsonb_each(e.after) a where a.key = any (c_impersonal)),
        reason = null
    where e.user_id = p_user_id and e.verb in ('insert', 'update', 'delete');
    get diagnostics v_redacted = row_count;
    update audit.events e set reason = null
    where e.user_id = p_user_id and e.verb not in ('insert', 'update', 'delete') and e.reason is not null;
    perform pg_catalog.set_config('aira.redaction', '', true);
    return v_redacted;
end $$;

revoke all on function private.redact_events(uuid) from public;
