-- A payment intent has one transaction of each type, so that Stripe may deliver an event again.
-- option detach: the oldest completed transaction, or else the oldest, keeps the payment intent. In the others it moves
--   to metadata as duplicate_of_payment_intent.
select 'transactions' as table_name, t.id as row_id, format('is a second %s %s for payment intent %s', t.status, t.type, t.stripe_payment_intent_id) as detail,
       null as option
from (select t.*, row_number() over (partition by t.stripe_payment_intent_id, t.type
                                     order by t.status is distinct from 'completed', t.created_at, t.id) as place
      from public.transactions t where t.stripe_payment_intent_id is not null) t
where t.place > 1;
-- repair detach
update public.transactions t
set metadata = coalesce(t.metadata, '{}') || jsonb_build_object('duplicate_of_payment_intent', t.stripe_payment_intent_id), stripe_payment_intent_id = null
from pg_temp.decided d where d.row_id = t.id;
