-- level: warn
-- title: A column of a reg* type
-- why: pg_upgrade can't carry it over.
-- fix: Store the name as text.
select pg_catalog.format('%s.%s', c.oid::regclass, a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in ('public', 'private', 'audit', 'analytics') and c.relkind in ('r', 'p')
  and a.atttypid in ('regproc'::regtype, 'regprocedure'::regtype, 'regoper'::regtype, 'regoperator'::regtype, 'regconfig'::regtype,
                     'regdictionary'::regtype, 'regnamespace'::regtype, 'regcollation'::regtype)
