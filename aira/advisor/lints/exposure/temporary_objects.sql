-- level: error
-- title: A role that can make temporary objects
-- why: PostgreSQL looks for types in the temporary schema first. With a domain there, the role can run code as the owner of any SECURITY DEFINER function that it may call.
-- fix: Run manage.py migrate as the owner of the database, or revoke temporary on database … from public and from the role.
select d.datname, pg_catalog.format('%s can make temporary objects', r.rolname)
from pg_catalog.pg_database d
join pg_catalog.pg_roles r
    on r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'voice_agent', 'kb_updater', 'console')
where d.datname = pg_catalog.current_database() and pg_catalog.has_database_privilege(r.oid, d.oid, 'TEMPORARY')
