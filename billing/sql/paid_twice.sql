-- Whether a customer has the same money twice: refunded by the platform, and disputed at the bank. What a dispute claims
-- above the payment itself, such as after an exchange rate moved, does not count.
create or replace function private.paid_twice(p_sums private.payment_sums)
returns boolean
language sql immutable
set search_path = ''
return p_sums.disputed > 0 and p_sums.refunded + least(p_sums.paid, p_sums.disputed) > p_sums.paid;

revoke all on function private.paid_twice(private.payment_sums) from public;
