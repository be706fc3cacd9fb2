-- Each payment, refund, dispute and charge that a provider reported, in its latest state.
-- amount: in `currency`, major units. If one state was reported with several amounts, the largest counts.
create or replace view private.payment_objects with (security_invoker = true) as
select distinct on (f.payment_id, f.kind, f.object_id)
       f.payment_id, f.kind, f.object_id, f.state, f.amount, f.currency, f.reason, f.evidence_due_by, f.occurred_at
from private.payment_facts f
order by f.payment_id, f.kind, f.object_id, private.payment_fact_rank(f.kind, f.state) desc;

revoke all on private.payment_objects from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.payment_objects to console;
