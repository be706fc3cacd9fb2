drop function private.purge_deliveries(timestamptz, integer);
