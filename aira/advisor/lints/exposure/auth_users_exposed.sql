-- level: error
-- title: A view of auth.users that the data API reaches
-- why: A view or materialized view of auth.users in an exposed schema reveals e-mails and phone numbers.
-- fix: Move the view to an unexposed schema.
select distinct c.oid::regclass, 'reads auth.users'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_rewrite w on w.ev_class = c.oid
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    and d.refobjid = pg_catalog.to_regclass('auth.users')
where c.relkind in ('v', 'm') and (n.nspname = 'public' or exists (
    select from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater') and pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')))
