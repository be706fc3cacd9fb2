-- level: error
-- title: A table with a trash but without its trigger
-- why: A DELETE would remove the row permanently.
-- fix: manage.py pgtrigger install --database direct.
select c.oid::regclass, 'has deleted_at and no trigger that moves rows to the trash'
from pg_catalog.pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'deleted_at' and not a.attisdropped)
  and not exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgfoid = pg_catalog.to_regproc('private.move_to_trash'))
