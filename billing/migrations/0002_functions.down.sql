drop function private.check_transaction();
drop function private.keep_posted_transaction();
drop function private.refuse_ledger_change();
