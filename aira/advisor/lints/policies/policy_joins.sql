-- level: warn
-- title: A policy with a join
-- why: A subquery over another table runs under the policies of that table and costs every statement.
-- fix: Store user_id in the row itself.
select p.polrelid::regclass, pg_catalog.format('policy %s reads %s', p.polname, d.refobjid::regclass)
from pg_catalog.pg_policy p
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> p.polrelid
