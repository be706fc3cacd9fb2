select pg_catalog.format('%I.%I', n.nspname, c.relname) || '.' || pg_catalog.quote_ident(a.attname),
       pg_catalog.concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
           case when a.attgenerated <> '' then 'generated' when d.adbin is not null then 'default' end,
           pg_catalog.pg_get_expr(d.adbin, d.adrelid), case a.attidentity when 'a' then 'identity always' when 'd' then 'identity' end)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where n.nspname = any(:schemas) and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v', 'm', 'p')
  and not c.relispartition and c.oid not in :members
