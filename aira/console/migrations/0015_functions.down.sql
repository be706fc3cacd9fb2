drop function private.search(text, integer, boolean);
drop function private.find_accounts(text, uuid, text, integer, boolean);
drop function private.record_search(text, jsonb);
