-- level: error
-- title: An extension in one of AiRa's schemas
-- why: Its objects mix with those of migrations, and its functions may be executed by PUBLIC.
-- fix: Run alter extension … set schema extensions.
select e.extname, 'is installed in ' || n.nspname
from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where n.nspname in ('private', 'audit', 'analytics', 'console', 'jobs')
