drop function private.search(text, integer);
drop function private.find_accounts(text, uuid, text, integer);
