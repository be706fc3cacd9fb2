-- Functions of public with the name of one of the original's: the source of each, and its other dependents besides
-- triggers of the tables.
select '', p.proname, jsonb_build_object('is', p.oid::regprocedure::text, 'source', p.prosrc, 'used_elsewhere', (
    select string_agg(distinct u.one, ', ') from (
        select 'trigger ' || t.tgname || ' of ' || t.tgrelid::regclass as one
        from pg_catalog.pg_trigger t where t.tgfoid = p.oid and not t.tgrelid = any(%(tables)s::regclass[])
        union all
        select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = p.oid and d.deptype = 'n'
          and d.classid <> 'pg_catalog.pg_trigger'::regclass) u))
from pg_catalog.pg_proc p
where p.pronamespace = 'public'::regnamespace
  and p.proname in ('update_wallet_balance', 'notify_kb_updater_webhook', 'update_updated_at_column', 'validate_appointment_time')
