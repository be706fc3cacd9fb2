drop function public.dispute_transaction(uuid, numeric, text, text);
drop function private.dispute(uuid, numeric, text, text);
