-- level: error
-- title: A policy for users that shows the trash
-- why: Users must neither see nor change rows that they deleted.
-- fix: Add: and deleted_at is null.
select p.polrelid::regclass, pg_catalog.format('policy %s does not require deleted_at is null', p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and p.polcmd in ('r', 'w', 'd')
  and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'deleted_at')
  and exists (select from pg_catalog.pg_roles r where r.oid = any (p.polroles)
              and r.rolname in ('anon', 'authenticated', 'voice_agent', 'kb_updater'))
  and pg_catalog.pg_get_expr(p.polqual, p.polrelid) !~ 'deleted_at IS NULL'
