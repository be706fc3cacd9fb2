drop function private.find_appointments_whole(text, integer);
