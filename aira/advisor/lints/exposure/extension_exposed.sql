-- level: warn
-- title: An extension in an exposed schema
-- why: Its functions become calls of the data API.
-- fix: Run alter extension … set schema extensions.
select e.extname, 'is installed in public'
from pg_catalog.pg_extension e where e.extnamespace = 'public'::regnamespace
