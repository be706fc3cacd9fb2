-- All data that is stored about an account, each row with its section. It is one statement and so reads one
-- snapshot. Generated columns are left out.
select 'account', private.account_record(%(account)s)
union all
(select 'businesses', to_jsonb(t) - 'search' from business_v2 t where t.user_id = %(account)s order by t.created_at)
union all
(select 'numbers', to_jsonb(t) from business_numbers t where t.user_id = %(account)s order by t.created_at)
union all
(select 'booking_rules', to_jsonb(t) from booking_rules t where t.user_id = %(account)s order by t.created_at)
union all
(select 'appointments', to_jsonb(t) - 'search' from appointments t where t.user_id = %(account)s order by t.created_at)
union all
(select 'documents', to_jsonb(t) - 'search' from documents t where t.user_id = %(account)s order by t.created_at)
union all
(select 'wallets', to_jsonb(t) - 'ledger_hash' from wallets t where t.user_id = %(account)s)
union all
(select 'transactions', to_jsonb(t) from transactions t where t.user_id = %(account)s order by t.created_at)
union all
(select 'refunds', to_jsonb(t) from refunds t where t.user_id = %(account)s order by t.created_at)
union all
(select 'requests_for_approval', to_jsonb(t) from approval_requests t where t.user_id = %(account)s order by t.created_at)
union all
(select 'ledger_entries', to_jsonb(t) - 'hash' from ledger_entries t
 where t.wallet_id in (select w.id from wallets w where w.user_id = %(account)s) order by t.seq)
union all
(select 'payments', to_jsonb(t) from payments t where t.user_id = %(account)s order by t.created_at)
union all
(select 'payment_facts', to_jsonb(f) from payment_facts f join payments t on t.id = f.payment_id
 where t.user_id = %(account)s order by f.created_at, f.id)
union all
(select 'stripe_events', to_jsonb(s) from stripe_events s
 where s.payment_id in (select t.id from payments t where t.user_id = %(account)s)
    or s.payload -> 'data' -> 'object' -> 'metadata' ->> 'user_id' = %(account)s::text order by s.received_at)
union all
(select 'events', to_jsonb(e) from events e where e.user_id = %(account)s order by e.id)
union all
(select 'webhooks', to_jsonb(t) from webhook_deliveries t where t.user_id = %(account)s order by t.created_at)
union all
(select 'notes_of_staff', to_jsonb(t) - 'search' from notes t
 where t.account_id = %(account)s
    or t.business_id in (select b.id from business_v2 b where b.user_id = %(account)s)
    or t.appointment_id in (select a.id from appointments a where a.user_id = %(account)s)
    or t.transaction_id in (select x.id from transactions x where x.user_id = %(account)s)
 order by t.created_at)
union all
(select 'looked_at_by_staff', to_jsonb(t) from view_as_uses t where t.account_id = %(account)s order by t.created_at)
union all
(select 'changes', to_jsonb(t) from audit.events t where t.user_id = %(account)s order by t.at, t.id)
