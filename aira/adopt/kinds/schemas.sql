-- Schemas with the name of one of AiRa's before any of its migrations has run: the owner, if it is another role, and
-- the content.
select '', n.nspname, jsonb_build_object(
    'owner', case when not pg_has_role(n.nspowner, 'usage') then n.nspowner::regrole end,
    'holds', array(
        select c.relname::text from pg_catalog.pg_class c where c.relnamespace = n.oid
        union select p.proname::text from pg_catalog.pg_proc p where p.pronamespace = n.oid
        union select t.typname::text from pg_catalog.pg_type t where t.typnamespace = n.oid))
from pg_catalog.pg_namespace n
where n.nspname in ('analytics', 'audit', 'console', 'jobs', 'private') and %(tables)s is not null
  and not exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace s on s.oid = c.relnamespace
                  where s.nspname = 'console' and c.relname = 'django_migrations')
