-- level: error
-- title: A policy whose condition is always true
-- why: OR true, x = x and similar conditions let every row through but look like a check.
-- fix: Write the condition that the policy is meant to check.
select e.polrelid::regclass, pg_catalog.format('policy %s: %s', e.polname, pg_catalog.btrim(e.expression))
from (select p.polrelid, p.polname, coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '') as expression from pg_catalog.pg_policy p) e
where e.expression ~* '\mor\s+\(*(true|1 = 1)\M' or e.expression ~* '\(*(true|1 = 1)\)*\s+or\M'
   or e.expression ~ '(?:^|[^.\w])(\w+) = \1(?:[^.\w(]|$)' or e.expression ~ '\m(\w+) IS NOT NULL\)* OR \(*\1 IS NULL'
