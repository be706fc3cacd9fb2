-- title: Constraints that were not validated
-- why: A constraint was added NOT VALID. Older rows may break it, and the planner does not rely on it.
-- hint: Run alter table … validate constraint …, with the recipe in docs/MIGRATIONS.md.
select pg_catalog.format('%s %I', k.conrelid::regclass, k.conname), 'never validated', 'select 1, null', null
from pg_catalog.pg_constraint k
where not k.convalidated and k.connamespace = any(:schemas) and k.conrelid <> 0
order by 1
