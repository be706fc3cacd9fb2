select pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
       case p.prokind when 'a' then 'aggregate' else pg_catalog.pg_get_functiondef(p.oid) end
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = any(:schemas) and p.oid not in :members
