-- The function that each trigger calls, whether it is the one in public, and the trigger's definition.
select c.relname, t.tgname, jsonb_build_object(
    'function', p.proname, 'public', p.pronamespace = 'public'::regnamespace, 'definition', pg_get_triggerdef(t.oid),
    'enabled', t.tgenabled)
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_proc p on p.oid = t.tgfoid
where c.oid = any(%(tables)s::regclass[]) and not t.tgisinternal and t.tgname not like 'adopt\_note\_change%%'
