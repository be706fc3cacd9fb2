-- BEFORE trigger, for each statement. It refuses changes of ledger entries, and TRUNCATE of transactions.
-- Errors: 23514 transaction_is_posted.
create or replace function private.refuse_ledger_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of % is not allowed, because the ledger is permanent', tg_op, tg_table_name
        using errcode = 'check_violation', constraint = 'transaction_is_posted',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'Refund it, or record an adjustment: press “Adjust” on its page in the console, or call transactions/adjust of the API.';
end $$;

revoke all on function private.refuse_ledger_change() from public;
