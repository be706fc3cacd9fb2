-- level: info
-- title: An extension that could be updated
-- why: The server contains a newer version.
-- fix: Run alter extension … update.
select e.extname, pg_catalog.format('version %s is installed, and version %s is available', e.extversion, a.default_version)
from pg_catalog.pg_extension e join pg_catalog.pg_available_extensions a on a.name = e.extname
where e.extversion <> a.default_version
