-- level: error
-- title: A policy without effect
-- why: The table has policies, but row security is off, so they are ignored.
-- fix: Run alter table … enable row level security.
select p.polrelid::regclass, pg_catalog.format('policy %s has no effect', p.polname)
from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
where not c.relrowsecurity
