drop function private.booking_terms(uuid);
drop function private.free_slots(uuid, timestamptz, timestamptz, integer, integer, integer);
