-- level: error
-- title: A view that ignores row security
-- why: The view runs with the rights of its owner, so in an exposed schema it shows every tenant.
-- fix: alter view … set (security_invoker = true).
select c.oid::regclass, 'security_invoker is off'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'analytics') and c.relkind = 'v'
  and not coalesce(c.reloptions::text ~* 'security_invoker=(true|on|1|yes)', false)
