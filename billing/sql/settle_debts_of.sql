-- Call private.settle_debts() for the worker. Each minute, the worker looks for debts that a stopped wallet
-- can pay: the money came in while another session was changing the debt.
-- EXECUTE is granted to console.
create or replace function private.settle_debts_of(p_user_id uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    perform private.settle_debts(p_user_id);
end $$;

revoke all on function private.settle_debts_of(uuid) from public;
grant execute on function private.settle_debts_of(uuid) to console;
