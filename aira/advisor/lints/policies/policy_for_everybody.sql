-- level: warn
-- title: A policy without a role
-- why: It applies to every role, including future ones, and costs time for each of them.
-- fix: Run create policy … to ROLE.
select p.polrelid::regclass, pg_catalog.format('policy %s applies to every role', p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics') and p.polroles = '{0}'
