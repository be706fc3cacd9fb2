drop function private.take_over_trashed_number();
drop function private.check_voice_url();
drop function private.capabilities_valid(jsonb);
