drop function private.unaccent(text);
drop function private.is_time_zone(text);
drop function private.url_origin(text);
drop function private.move_to_trash();
drop function private.set_updated_at();
drop function private.caller();
drop function private.uid();
