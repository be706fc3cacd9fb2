-- level: warn
-- title: A policy for a role without the grant
-- why: The policy allows a command that the role may not run.
-- fix: Grant the command, or drop the policy.
with commands (privilege, command) as (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd'))
select p.polrelid::regclass, pg_catalog.format('policy %s is for %s, which has no grant to %s', p.polname, r.rolname, k.privilege)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join commands k on k.command::"char" = p.polcmd
join pg_catalog.pg_roles r on r.oid = any (p.polroles)
where n.nspname in ('public', 'private', 'audit', 'analytics')
  and not case k.privilege when 'DELETE' then pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE')
                           else pg_catalog.has_any_column_privilege(r.oid, c.oid, k.privilege) end
