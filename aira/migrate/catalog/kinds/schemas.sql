select pg_catalog.quote_ident(n.nspname), 'schema'
from pg_catalog.pg_namespace n where n.nspname = any(:schemas) and n.nspname <> 'public'
