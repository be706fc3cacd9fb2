drop function private.ledger_problems();
drop function public.wallet_statement(uuid, timestamptz, timestamptz, text);
drop function public.refund_transaction(uuid, numeric, text, text);
drop function private.refund(uuid, numeric, text, text);
drop function public.record_transaction(uuid, public.transaction_type, numeric, text, public.transaction_status, text, jsonb,
    text, uuid, text, boolean, timestamptz);
drop policy refunds_select_console on private.refunds;
