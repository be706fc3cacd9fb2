drop function private.erase_account(uuid);
drop function private.account_record(uuid);
