drop policy if exists archives_select_console on private.archives;
drop function private.drop_month(regclass, date, bigint, numeric, text, bigint, text);
drop function private.month_digest(regclass, date);
drop function private.leaf_of(regclass, date);
