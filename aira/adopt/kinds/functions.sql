-- The original's functions, and whether triggers of other tables call them.
select '', p.proname, jsonb_build_object('is', p.oid::regprocedure::text, 'used_elsewhere', exists (
    select from pg_catalog.pg_trigger t where t.tgfoid = p.oid and not t.tgrelid = any(%(tables)s::regclass[])))
from pg_catalog.pg_proc p
where p.pronamespace = 'public'::regnamespace
  and p.proname in ('update_wallet_balance', 'notify_kb_updater_webhook', 'update_updated_at_column', 'validate_appointment_time')
