select pg_catalog.format('%I.%I', n.nspname, c.relname) || ' ' || pg_catalog.quote_ident(p.polname),
       pg_catalog.concat_ws(' ', case when p.polpermissive then null else 'restrictive' end,
           case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
           'to', (select pg_catalog.string_agg(case r.oid when 0 then 'public' else r.oid::pg_catalog.regrole::text end, ', '
                                               order by 1) from pg_catalog.unnest(p.polroles) r (oid)),
           'using ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
