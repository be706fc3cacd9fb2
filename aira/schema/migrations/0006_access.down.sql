drop policy if exists events_select_console on audit.events;
