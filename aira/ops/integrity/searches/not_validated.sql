-- title: Rules that were never checked
-- why: A constraint was added NOT VALID: rows of before may break it, and the planner doesn't rely on it.
-- hint: alter table … validate constraint …, by the recipe in docs/MIGRATIONS.md.
select pg_catalog.format('%s %I', k.conrelid::regclass, k.conname), 'never validated', 'select 1, null', null
from pg_catalog.pg_constraint k
where not k.convalidated and k.connamespace = any(:schemas) and k.conrelid <> 0
order by 1
