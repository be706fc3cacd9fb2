-- Whether a customer has the same money twice: refunded by the platform, and disputed at the bank. What a dispute claims
-- above the payment itself, such as after an exchange rate moved, does not count. Arguments: see private.payment_sums.
create or replace function private.paid_twice(p_paid numeric, p_refunded numeric, p_disputed numeric)
returns boolean
language sql immutable
set search_path = ''
return p_disputed > 0 and p_refunded + least(p_paid, p_disputed) > p_paid;

revoke all on function private.paid_twice(numeric, numeric, numeric) from public;
