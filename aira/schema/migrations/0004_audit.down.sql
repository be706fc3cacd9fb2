-- Partitions have triggers of their own, so the table goes before the functions.
drop table audit.events;
drop policy if exists delivery_attempts_all_console on private.delivery_attempts;
revoke all on private.delivery_attempts from console;
alter table private.delivery_attempts disable row level security;
drop policy if exists webhook_deliveries_all_console on private.webhook_deliveries;
revoke all on private.webhook_deliveries from console;
alter table private.webhook_deliveries disable row level security;
drop policy if exists service_endpoints_all_console on private.service_endpoints;
revoke all on private.service_endpoints from console;
alter table private.service_endpoints disable row level security;
drop function if exists private.redact_events;
drop function if exists private.refuse_audit_change;
drop function if exists private.record_use;
drop function if exists private.record_change;
drop function if exists private.shortened;
drop function if exists private.current_actor;
drop schema audit;
