-- Record one Stripe event, as Stripe's webhook sends it. Verify its signature first, with Stripe's library.
-- Events may come in any order and any number of times. It processes payment_intent.*, charge.refunded,
-- refund.*, charge.refund.updated and charge.dispute.*, in API versions with and without expanded refunds. It
-- ignores other types.
-- The payment intent carries metadata {"user_id": the account}. A payment intent without it is ignored,
-- unless a transaction names it.
-- p_event: the event.
-- p_live: true ignores test-mode events, false ignores live events, null processes both.
-- Returns outcome: the most severe one that record_payment, record_refund, record_refunded_total and
-- record_dispute return.
-- Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these
--   functions.
create or replace function public.record_stripe_event(p_event jsonb, p_live boolean default null)
returns table (outcome text, transaction_id uuid, problem text)
language plpgsql
set search_path = ''
as $$
declare
    v_type text := p_event ->> 'type';
    v_object jsonb := p_event -> 'data' -> 'object';
    v_at timestamptz := private.stripe_time(p_event -> 'created');
    v_payment text;
    v_status text := v_object ->> 'status';
    v_currency text := v_object ->> 'currency';
    v_user_id text := v_object -> 'metadata' ->> 'user_id';
    v_amount numeric;
    v_refund jsonb;
begin
    if p_live is not null and p_event -> 'livemode' is distinct from pg_catalog.to_jsonb(p_live)
       or v_type !~ '^(payment_intent\.|charge\.refunded$|charge\.refund\.updated$|refund\.|charge\.dispute\.)'
       or v_type is null then
        return query select 'ignored'::text, null::uuid, null::text;
        return;
    end if;
    v_payment := case when v_type like 'payment\_intent.%' then v_object ->> 'id' else private.stripe_payment_of(v_object) end;
    v_amount := case
        when v_type = 'charge.refunded' then v_object ->> 'amount_refunded'
        when v_type like 'payment\_intent.%' and v_status = 'succeeded' then v_object ->> 'amount_received'
        else v_object ->> 'amount' end::numeric;
    if v_payment is null or v_object ->> 'id' is null or v_amount is null
       or (v_currency is null and v_type like 'payment\_intent.%') then
        raise exception 'the Stripe event % (%) has no id, no amount or no currency', p_event ->> 'id', v_type
            using errcode = 'check_violation', constraint = 'stripe_event_readable',
                  schema = 'private', table = 'payment_facts', hint = 'Send the whole event, unchanged, as Stripe''s webhook sent it.';
    end if;
    v_amount := private.from_minor_units(v_amount, v_currency);

    if v_type like 'payment\_intent.%' then
        return query select r.* from public.record_payment(
            v_payment,
            case when v_status = 'succeeded' then 'succeeded' when v_status = 'canceled' then 'cancelled'
                 when v_type = 'payment_intent.payment_failed' then 'failed' else 'pending' end,
            v_amount, v_currency,
            -- A malformed id matches no account. The payment then needs attention, so the money is not
            -- forgotten.
            case when v_user_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v_user_id::uuid
                 when v_user_id is not null then '00000000-0000-0000-0000-000000000000'::uuid end,
            'Top-up by card', v_object -> 'last_payment_error' ->> 'code', v_at) r;
    elsif v_type like 'charge.dispute.%' then
        return query select r.* from public.record_dispute(
            v_payment, v_object ->> 'id',
            case when v_type = 'charge.dispute.funds_reinstated' then 'won'
                 when v_status like 'warning\_%' then 'warning'
                 when v_status in ('won', 'prevented') then 'won'
                 when v_status = 'lost' then 'lost' else 'open' end,
            v_amount, v_currency, v_object ->> 'reason',
            private.stripe_time(v_object -> 'evidence_details' -> 'due_by'), v_at) r;
    elsif v_type = 'charge.refunded' then
        for v_refund in select e.value from pg_catalog.jsonb_array_elements(
            case pg_catalog.jsonb_typeof(v_object -> 'refunds' -> 'data') when 'array' then v_object -> 'refunds' -> 'data'
                                                                          else '[]' end) e
        loop
            perform private.record_stripe_refund(v_payment, v_refund, v_at);
        end loop;
        return query select r.* from public.record_refunded_total(v_payment, v_object ->> 'id', v_amount, v_currency, v_at) r;
    else
        return query select r.* from private.record_stripe_refund(v_payment, v_object, v_at) r;
    end if;
end $$;

revoke all on function public.record_stripe_event(jsonb, boolean) from public, anon, authenticated, service_role;
grant execute on function public.record_stripe_event(jsonb, boolean) to service_role, console;
