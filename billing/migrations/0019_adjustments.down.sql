-- BEFORE trigger, by statement: ledger entries are appended and never changed; transactions are never truncated.
-- Errors: 23514 transaction_is_posted.
create or replace function private.refuse_ledger_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    raise exception '% of % is not possible: the ledger keeps what was posted', tg_op, tg_table_name
        using errcode = 'check_violation', constraint = 'transaction_is_posted',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'Correct a posting by another one: refund it, or record an adjustment.';
end $$;

revoke all on function private.refuse_ledger_change() from public;
