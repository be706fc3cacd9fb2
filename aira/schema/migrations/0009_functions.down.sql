drop function private.search_query(text, regclass);
drop function private.misspellings(text);
drop function private.phone_asked(text);
drop function private.phone_key(text);
drop function private.plain_words(text);
