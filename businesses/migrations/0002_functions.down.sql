drop function private.children_follow_business();
drop function private.fill_owner();
drop function private.business_search_vector(text, text, text);
drop function private.check_business_time_zone();
drop function private.is_open_at(jsonb, text, timestamptz);
drop function private.opening_intervals(jsonb, text, date);
drop function private.business_hours_valid(jsonb);
drop function private.local_timestamp(text);
drop function private.day_minutes(jsonb);
