-- What the facts of a payment come to: one row a payment, amounts in its currency. This is the one place that says what
-- the ledger has to hold of a payment: its transaction's amount less `gone`.
-- paid      amount of its transaction, once that is completed; else 0
-- refunded  refunds that are pending or succeeded, and refunds that no refund object explains: what a charge reports as
--           its total, or what this side asked for (payments.requested_amount), whichever is more
-- disputed  disputes that are open or lost. A refund or dispute in another currency counts as the whole payment.
-- gone      what went back: refunded and disputed, at most `paid`
-- lost      what exceeds `paid`: a loss of the platform
-- known_refunds   all refunds with an id, in whatever state; reported_total: of its charges
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
