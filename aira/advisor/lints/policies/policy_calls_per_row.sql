-- level: warn
-- title: A call for each row
-- why: A bare auth.uid(), auth.jwt() or current_setting() is evaluated for every row. The check ignores calls inside a select.
-- fix: Write (select auth.uid()), which is evaluated once.
select e.polrelid::regclass, pg_catalog.format('policy %s calls %s for each row', e.polname, (pg_catalog.regexp_match(e.rest, '(?:auth\.\w+|current_setting)\('))[1] )
from (
    select p.polrelid, p.polname, pg_catalog.regexp_replace(coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), ''), '\( SELECT (auth\.\w+\(\)|current_setting\([^()]*\))[^()]*\)', '', 'g') as rest
    from pg_catalog.pg_policy p
) e
where e.rest ~ '(auth\.\w+|current_setting)\('
