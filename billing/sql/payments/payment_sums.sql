-- The sums of a payment's facts: one row for each payment, amounts in its currency. This is the only place
-- that defines what the ledger must contain: the amount of the payment's transaction minus `gone`.
-- paid      amount of its transaction if that is completed, else 0
-- refunded  pending and succeeded refunds, and refunds without a refund object: the total that a charge
-- reports, or the amount that AiRa requested (payments.requested_amount), whichever is larger
-- disputed  open and lost disputes. A refund or dispute in another currency counts as the whole payment.
-- gone      the amount that went back: refunded and disputed, at most `paid`
-- lost      the amount above `paid`: a loss of the platform
-- known_refunds   all refunds with an id, in any state
-- reported_total  the total of refunds that its charges report
create or replace view private.payment_sums with (security_invoker = true) as
select b.payment_id, b.transaction_id, b.paid, b.known_refunds, b.reported_total, b.refunded,
       b.disputed, b.open_disputes, least(b.paid, b.refunded + b.disputed) as gone,
       greatest(b.refunded + b.disputed - b.paid, 0) as lost
from (
    select p.id as payment_id, p.transaction_id, s.paid, o.known_refunds, o.reported_total, o.disputed, o.open_disputes,
           o.active_refunds + greatest(greatest(o.reported_total, p.requested_amount) - o.known_refunds, 0) as refunded
    from private.payments p
    left join public.transactions t on t.id = p.transaction_id
    cross join lateral (
        select case when t.completed_at is not null then t.amount else 0 end as paid) s
    cross join lateral (
        select coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'refund'), 0) as known_refunds,
               coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'refund' and a.state in ('pending', 'succeeded')), 0)
                   as active_refunds,
               coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'total'), 0) as reported_total,
               coalesce(pg_catalog.sum(a.amount) filter (where a.kind = 'dispute' and a.state in ('open', 'lost')), 0)
                   as disputed,
               pg_catalog.count(*) filter (where a.kind = 'dispute' and a.state = 'open') as open_disputes
        from (select x.kind, x.state,
                     case when x.currency <> t.currency then t.amount else x.amount end as amount
              from private.payment_objects x where x.payment_id = p.id) a) o) b;

revoke all on private.payment_sums from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payment_sums to console;
