-- Return how much of a transaction can still be refunded or disputed, in its own currency: its amount minus what was
-- refunded and what its account still owes for it. This is the only place that defines that limit.
create or replace function private.left_to_refund(p_row public.transactions)
returns numeric
language plpgsql stable
set search_path = ''
as $$
begin
    return p_row.amount - p_row.refunded_amount - private.owed_of(p_row.id);
end $$;

revoke all on function private.left_to_refund(public.transactions) from public;
grant execute on function private.left_to_refund(public.transactions) to service_role, console;
