drop policy if exists webhook_deliveries_all_console on private.webhook_deliveries;
drop policy if exists delivery_attempts_all_console on private.delivery_attempts;
