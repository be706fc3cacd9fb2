-- Store the command of new statements, and the text of those that hold no values. pg_stat_statements replaces values by
-- parameters, but not in utility statements, in comments, or for a statement that it evicted while it ran.
with shown as materialized (
    select distinct on (1, 2) coalesce(r.rolname::text, 'a dropped role') as role, p.queryid, p.query
    from extensions.pg_stat_statements(true) p left join pg_catalog.pg_roles r on r.oid = p.userid
    where p.toplevel and p.queryid is not null
      and p.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    order by 1, 2
)
update private.statements s
set command = coalesce(pg_catalog.upper(substring(n.query from '^\s*([A-Za-z]+)')), ''),
    text = case
        when n.query ~* '^\s*(select|insert|update|delete|merge|with)\M'
            and pg_catalog.length(n.query) <= 10000
            -- A quote begins a text, and so does $$ or $name$. Five digits may be a person's number.
            and n.query !~ '''' and n.query !~ '\$[A-Za-z_\u0080-\uffff]?\w*\$' and n.query !~ '(?<![$\w])\d{5}'
            -- PostgreSQL 18 writes the comment /*, ... */ for the rest of a list.
            and pg_catalog.replace(n.query, '/*, ... */', '') !~ '--|/\*'
        then n.query end
from private.statements o left join shown n on n.role = o.role and n.queryid = o.queryid
where s.id = o.id and o.command is null
