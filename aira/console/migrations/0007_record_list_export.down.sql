drop function private.record_list_export(text, jsonb);
