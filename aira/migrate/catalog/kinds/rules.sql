-- Rewrite rules of tables. Those of views are part of the view.
select pg_catalog.format('%I.%I %I', n.nspname, c.relname, r.rulename), pg_catalog.pg_get_ruledef(r.oid)
from pg_catalog.pg_rewrite r
join pg_catalog.pg_class c on c.oid = r.ev_class
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and r.rulename <> '_RETURN' and c.oid not in :members
