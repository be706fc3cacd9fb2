-- Return the id of the payment that a Stripe object belongs to: its payment intent, or its charge if it has
-- none. Each may be an id or the expanded object. Null means that the object names neither.
create or replace function private.stripe_payment_of(p_object jsonb)
returns text
language sql immutable
set search_path = ''
return coalesce(
    p_object -> 'payment_intent' ->> 'id', p_object ->> 'payment_intent',
    case p_object ->> 'object' when 'charge' then p_object ->> 'id' end,
    p_object -> 'charge' ->> 'id', p_object ->> 'charge');

revoke all on function private.stripe_payment_of(jsonb) from public;
grant execute on function private.stripe_payment_of(jsonb) to service_role, console;
