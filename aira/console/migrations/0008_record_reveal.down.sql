drop function private.record_reveal(text, text, uuid, uuid);
