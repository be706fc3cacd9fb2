-- Rewrite rules. The original has none.
select c.relname, r.rulename, to_jsonb(pg_get_ruledef(r.oid))
from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
where c.oid = any(%(tables)s::regclass[]) and r.rulename <> '_RETURN'
