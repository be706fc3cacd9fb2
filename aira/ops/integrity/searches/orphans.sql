-- title: Orphans
-- why: A row points to a row that does not exist. It was written while foreign keys were off (session_replication_role = replica, disable trigger all, a restore).
-- hint: Find out who wrote it. Restore the parent from a backup, or remove the row in a migration that gives the reason.
select pg_catalog.format('%s %I', k.conrelid::regclass, k.conname),
       pg_catalog.format('rows whose %s is not in %s', pg_catalog.string_agg(c.attname, ', ' order by o.n), k.confrelid::regclass),
       pg_catalog.format('select count(*), min(%s) from %s c where %s and not exists (select from %s p where %s)',
           :key, k.conrelid::regclass, pg_catalog.string_agg(pg_catalog.format('c.%I is not null', c.attname), ' and ' order by o.n),
           k.confrelid::regclass, pg_catalog.string_agg(pg_catalog.format('p.%I = c.%I', p.attname, c.attname), ' and ' order by o.n)),
       -- If policies hide rows of the parent from this role, each child would look like an orphan.
       case when pg_catalog.row_security_active(k.confrelid) then pg_catalog.format('row security hides rows of %s from %s', k.confrelid::regclass, current_user) end
from pg_catalog.pg_constraint k, rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality o (child, parent, n),
     pg_catalog.pg_attribute c, pg_catalog.pg_attribute p
where k.contype = 'f' and k.conparentid = 0 and k.connamespace = any(:schemas)
  and c.attrelid = k.conrelid and c.attnum = o.child and p.attrelid = k.confrelid and p.attnum = o.parent
group by k.oid, k.conrelid, k.conname, k.confrelid
order by 1
