drop trigger kept_as_written on audit.events;
drop trigger never_truncated on audit.events;
drop function private.refuse_audit_change();
drop function private.record_change();
drop function private.current_actor();
drop function private.record_use(text, uuid, jsonb);
drop function private.redact_events(uuid);
