-- Before PostgreSQL 16, each column is written with the alias of its relation; later versions write it only
-- if needed. So aliases are left out, and a column that now comes from another relation of the same view is
-- not noticed.
-- Views of console are left out: what they read of auth.users follows its types, which belong to Supabase.
select pg_catalog.format('%I.%I', n.nspname, c.relname),
       pg_catalog.regexp_replace(pg_catalog.pg_get_viewdef(c.oid),
           '\m(?!(public|private|audit|analytics|console|jobs|auth|extensions|pg_catalog)\.)[a-z_][a-z0-9_]*\.(?=[a-z_"])', '', 'g')
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and n.nspname <> 'console' and c.relkind in ('v', 'm') and c.oid not in :members
