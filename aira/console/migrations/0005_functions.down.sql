drop function private.search(text, integer);
