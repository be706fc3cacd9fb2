-- level: error
-- title: A policy on a table without row security
-- why: The table has policies, but row security is off, so PostgreSQL ignores them.
-- fix: alter table … enable row level security.
select p.polrelid::regclass, pg_catalog.format('policy %s is not in force', p.polname)
from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
where not c.relrowsecurity
