-- level: warn
-- title: A policy that calls a helper function for each row
-- why: PostgreSQL runs the function for each row, and the planner can't use the index.
-- fix: Write the condition in the policy: user_id = (select auth.uid()).
select p.polrelid::regclass, pg_catalog.format('policy %s calls %s', p.polname, f.oid::regprocedure)
from pg_catalog.pg_policy p
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    and d.refclassid = 'pg_catalog.pg_proc'::regclass
join pg_catalog.pg_proc f on f.oid = d.refobjid
join pg_catalog.pg_namespace n on n.oid = f.pronamespace
where n.nspname not in ('auth', 'pg_catalog')
