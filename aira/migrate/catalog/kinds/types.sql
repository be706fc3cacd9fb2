select pg_catalog.format('%I.%I', n.nspname, t.typname),
       case t.typtype when 'e' then 'enum ' || (select pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                                                from pg_catalog.pg_enum e where e.enumtypid = t.oid)
                      else pg_catalog.concat_ws(' ', 'domain of', pg_catalog.format_type(t.typbasetype, t.typtypmod),
                                                case when t.typnotnull then 'not null' end, t.typdefault) end
from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where n.nspname = any(:schemas) and t.typtype in ('e', 'd') and t.oid not in :members
