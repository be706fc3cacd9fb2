-- Activate a wallet that reports of the payment provider stopped, once its account owes nothing and no
-- payment is both refunded and disputed.
create or replace function private.resume_wallet(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w set is_active = true
    where w.user_id = p_user_id and w.stopped_by_provider and not w.is_active
      and not exists (select from private.refunds r join public.transactions d on d.id = r.owed_transaction_id
                      where d.user_id = p_user_id and d.status = 'pending')
      and not exists (select from private.payments p join private.payment_sums s on s.payment_id = p.id
                      where p.user_id = p_user_id and p.lost_amount > 0 and private.paid_twice(s.paid, s.refunded, s.disputed));
end $$;

revoke all on function private.resume_wallet(uuid) from public;
