-- level: warn
-- title: Row security without a policy
-- why: Only the owner of the schema sees rows. The policy was forgotten or dropped.
-- fix: Write the policies, or revoke the grants.
select c.oid::regclass, 'has no policy'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics') and c.relkind in ('r', 'p') and c.relrowsecurity and not c.relispartition
  and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid)
