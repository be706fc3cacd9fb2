-- level: error
-- title: A rewrite rule on a table
-- why: A rule replaces statements before triggers and policies see them: an INSERT can do nothing and report no error.
-- fix: Run drop rule … on ….
select r.ev_class::regclass, pg_catalog.format('has the rule %I', r.rulename)
from pg_catalog.pg_rewrite r
join pg_catalog.pg_class c on c.oid = r.ev_class
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN' and n.nspname in ('public', 'private', 'audit', 'analytics', 'console', 'jobs')
