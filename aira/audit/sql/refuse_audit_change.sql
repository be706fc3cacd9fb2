-- BEFORE trigger on audit.events. It refuses every change of recorded events, also by the owner of the
-- schema. Only private.redact_events may redact the values of a row. It announces this in the setting
-- aira.redaction (the id of its transaction); roles that can set it still have no right to update.
-- Errors: 42501.
create or replace function private.refuse_audit_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE'
       and pg_catalog.current_setting('aira.redaction', true) = pg_catalog.pg_current_xact_id()::text
       and pg_catalog.to_jsonb(new) - array['before', 'after', 'reason'] = pg_catalog.to_jsonb(old) - array['before', 'after', 'reason']
       and coalesce(new.before <@ old.before, new.before is null) and coalesce(new.after <@ old.after, new.after is null)
       and new.reason is null then
        return new;
    end if;
    raise exception '% of % is not allowed, because audit events never change', tg_op, tg_table_name
        using errcode = 'insufficient_privilege',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'To archive old months or erase an account, see docs/OPERATIONS.md.';
end $$;

revoke all on function private.refuse_audit_change() from public;

create or replace trigger kept_as_written
    before update or delete on audit.events
    for each row execute function private.refuse_audit_change();
create or replace trigger never_truncated
    before truncate on audit.events
    for each statement execute function private.refuse_audit_change();
