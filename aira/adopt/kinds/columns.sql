-- Type, NOT NULL and default of each column.
select c.relname, a.attname, jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid))
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.oid = any(%(tables)s::regclass[]) and a.attnum > 0 and not a.attisdropped
