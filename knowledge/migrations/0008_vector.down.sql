drop function private.document_search_vector(text, text);
