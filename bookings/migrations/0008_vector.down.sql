drop function private.appointment_search_vector(text, text, text, text, text);
