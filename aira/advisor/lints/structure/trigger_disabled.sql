-- level: error
-- title: A disabled trigger
-- why: Triggers enforce rules, post money and keep the trash.
-- fix: alter table … enable trigger ….
select t.tgrelid::regclass, pg_catalog.format('%s is disabled', t.tgname)
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit') and t.tgenabled not in ('O', 'A')
