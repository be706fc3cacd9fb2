-- Raise the error for a text of a transaction that is too long, or for a payment intent that is not an id of
-- Stripe. private.check_transaction() calls it after it found one.
-- Errors: 23514 transaction_text_length, transaction_payment_intent_is_id.
create or replace function private.refuse_transaction_text(p_row public.transactions)
returns void
language plpgsql
set search_path = ''
as $$
declare
    v_column text := case
        when pg_catalog.length(p_row.description) > 10000 then 'description'
        when pg_catalog.length(p_row.idempotency_key) > 255 then 'idempotency_key'
        when pg_catalog.octet_length(p_row.metadata::text) > 65536 then 'metadata'
        else 'stripe_payment_intent_id' end;
begin
    if v_column = 'stripe_payment_intent_id' then
        raise exception '"%" is not a Stripe id', pg_catalog.left(p_row.stripe_payment_intent_id, 100)
            using errcode = 'check_violation', constraint = 'transaction_payment_intent_is_id',
                  schema = 'public', table = 'transactions', column = v_column,
                  hint = 'Send the id unchanged: at most 255 letters, digits, "_", "-", "." or ":".';
    end if;
    raise exception 'the % of a transaction is too long', pg_catalog.replace(v_column, '_', ' ')
        using errcode = 'check_violation', constraint = 'transaction_text_length',
              schema = 'public', table = 'transactions', column = v_column,
              hint = case v_column when 'description' then 'Shorten it to at most 10,000 characters.'
                                   when 'idempotency_key' then 'Shorten it to at most 255 characters.'
                                   else 'Shorten it to at most 64 kB of JSON text.' end;
end $$;

revoke all on function private.refuse_transaction_text(public.transactions) from public;
grant execute on function private.refuse_transaction_text(public.transactions) to service_role, console;
