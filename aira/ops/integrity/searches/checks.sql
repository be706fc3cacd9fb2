-- title: Check constraints
-- why: A row breaks a rule. It existed before the rule, or a function of the rule was changed.
-- hint: Correct the rows, then: alter table … validate constraint ….
select pg_catalog.format('%s %I', k.conrelid::regclass, k.conname), 'rows that break it',
       pg_catalog.format('select count(*), min(%s) from %s c where not (%s)', :key, k.conrelid::regclass, pg_catalog.pg_get_expr(k.conbin, k.conrelid)), null
from pg_catalog.pg_constraint k
where k.contype = 'c' and k.conrelid <> 0 and k.coninhcount = 0 and k.connamespace = any(:schemas)
order by 1
