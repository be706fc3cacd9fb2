-- pgtrigger stores the hash of its declaration in the trigger's comment.
select pg_catalog.format('%I.%I', n.nspname, c.relname) || ' ' || pg_catalog.quote_ident(t.tgname),
       pg_catalog.concat_ws(' ', pg_catalog.pg_get_triggerdef(t.oid),
           case t.tgenabled when 'O' then null when 'D' then 'DISABLED' when 'R' then 'ON REPLICAS ALONE' else 'ALWAYS' end,
           pg_catalog.obj_description(t.oid, 'pg_trigger'))
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and not t.tgisinternal and not c.relispartition
union all
-- The internal triggers of foreign keys, if they are disabled.
select pg_catalog.format('%I.%I', n.nspname, c.relname) || ' ' || pg_catalog.quote_ident(k.conname) || ' of ' || pg_catalog.quote_ident(k.conrelid::pg_catalog.regclass::text),
       'DISABLED'
from pg_catalog.pg_trigger t join pg_catalog.pg_constraint k on k.oid = t.tgconstraint
join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and t.tgisinternal and t.tgenabled = 'D' and not c.relispartition
