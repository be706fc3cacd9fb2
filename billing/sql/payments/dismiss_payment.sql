-- Set a payment to ignored, because staff decided that its reports don't concern AiRa or that nothing more
-- can be done. A new report of the same payment is processed again. Return whether the payment was waiting or
-- needed attention.
-- EXECUTE is granted to console.
create or replace function private.dismiss_payment(p_payment_id text)
returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
    update private.payments p set state = 'ignored', since = pg_catalog.now()
    where p.id = p_payment_id and p.state in ('waiting', 'attention');
    return found;
end $$;

revoke all on function private.dismiss_payment(text) from public;
grant execute on function private.dismiss_payment(text) to console;
