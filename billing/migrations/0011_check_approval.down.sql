drop function private.check_approval();
