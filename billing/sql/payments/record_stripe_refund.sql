-- Record one refund object of Stripe. record_stripe_event calls it. p_at: the time at which the event was
-- created.
create or replace function private.record_stripe_refund(p_payment_id text, p_refund jsonb, p_at timestamptz)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
begin
    return query select r.* from public.record_refund(
        p_payment_id, p_refund ->> 'id',
        case p_refund ->> 'status' when 'succeeded' then 'succeeded' when 'failed' then 'failed'
                                   when 'canceled' then 'cancelled' else 'pending' end,
        private.from_minor_units((p_refund ->> 'amount')::numeric, p_refund ->> 'currency'), p_refund ->> 'currency',
        coalesce(p_refund ->> 'failure_reason', p_refund ->> 'reason'), p_at) r;
end $$;

revoke all on function private.record_stripe_refund(text, jsonb, timestamptz) from public;
grant execute on function private.record_stripe_refund(text, jsonb, timestamptz) to service_role, console;
