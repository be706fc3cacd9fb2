drop function public.search_appointments(text, uuid, integer);
drop function private.find_appointments(text, uuid, integer, boolean);
drop materialized view analytics.appointment_words;
