-- From PostgreSQL 18 on, NOT NULL is a constraint. The kind `columns` already has it.
select pg_catalog.format('%I.%I', n.nspname, coalesce(r.relname, t.typname)) || ' ' || pg_catalog.quote_ident(c.conname),
       pg_catalog.pg_get_constraintdef(c.oid)
from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid = c.connamespace
left join pg_catalog.pg_class r on r.oid = c.conrelid left join pg_catalog.pg_type t on t.oid = c.contypid
where n.nspname = any(:schemas) and c.contype in ('c', 'f', 'p', 'u', 'x') and r.relispartition is not true
  and c.conrelid not in :members
