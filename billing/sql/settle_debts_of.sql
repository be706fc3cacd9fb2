-- private.settle_debts() for the worker, which looks each minute for debts that a stopped wallet could pay: money that
-- came in while the debt was being changed by somebody else.
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
