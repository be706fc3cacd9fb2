-- Return whether a customer got the same money twice: refunded by AiRa, and disputed at the bank. The part of
-- a dispute that exceeds the payment, for example after an exchange rate changed, does not count.
-- The arguments are columns of private.payment_sums.
create or replace function private.paid_twice(p_paid numeric, p_refunded numeric, p_disputed numeric)
returns boolean
language sql immutable
set search_path = ''
return p_disputed > 0 and p_refunded + least(p_paid, p_disputed) > p_paid;

revoke all on function private.paid_twice(numeric, numeric, numeric) from public;
