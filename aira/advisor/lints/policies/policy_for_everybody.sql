-- level: warn
-- title: A policy without a role
-- why: It applies to every role, including roles that are created later, and costs each of them.
-- fix: create policy … to ROLE.
select p.polrelid::regclass, pg_catalog.format('policy %s is for public', p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics') and p.polroles = '{0}'
