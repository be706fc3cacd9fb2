-- level: error
-- title: A grant that reaches no row
-- why: The role may run the statement, but no policy shows it a row. A policy was dropped, or the grant is too wide.
-- fix: Restore the policy that the role needs, or revoke the grant.
with commands (privilege, command) as (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd'))
select c.oid::regclass, pg_catalog.format('%s may %s, but no policy shows it a row', r.rolname, k.privilege)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join commands k
join pg_catalog.pg_roles r on r.rolname in ('anon', 'authenticated', 'voice_agent', 'kb_updater', 'console') and not r.rolbypassrls
where n.nspname in ('public', 'private', 'audit', 'analytics') and c.relkind in ('r', 'p') and c.relrowsecurity
  and case k.privilege when 'DELETE' then pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE')
                       else pg_catalog.has_any_column_privilege(r.oid, c.oid, k.privilege) end
  and not exists (
      select from pg_catalog.pg_policy p
      where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', k.command::"char")
        and (p.polroles = '{0}' or r.oid = any (p.polroles)))
