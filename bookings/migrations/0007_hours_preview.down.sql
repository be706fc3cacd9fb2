drop function private.appointments_outside(uuid, jsonb);
