-- title: Tenancy
-- why: A row belongs to another account than its parent row, so one customer's data shows in another's.
-- hint: The row's audit events show who wrote it. Give it the owner of its parent, in a migration that gives the reason.
-- The key of transactions to numbers is left out. If a number moves to another owner with its business, its
-- transactions stay with the account that paid.
select pg_catalog.format('%s %I', k.conrelid::regclass, k.conname),
       pg_catalog.format('rows of another account than their row of %s', k.confrelid::regclass),
       pg_catalog.format('select count(*), min(%s) from %s c join %s p on %s where c.user_id is distinct from p.user_id',
           :key, k.conrelid::regclass, k.confrelid::regclass,
           pg_catalog.string_agg(pg_catalog.format('p.%I = c.%I', p.attname, c.attname), ' and ' order by o.n)),
       null
from pg_catalog.pg_constraint k, rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality o (child, parent, n),
     pg_catalog.pg_attribute c, pg_catalog.pg_attribute p
where k.contype = 'f' and k.conparentid = 0 and k.connamespace = any(:schemas) and k.conname <> 'transactions_business_number_id_fkey'
  and c.attrelid = k.conrelid and c.attnum = o.child and p.attrelid = k.confrelid and p.attnum = o.parent
  and p.attname <> 'user_id' and c.attname <> 'user_id'
  and 2 = (select count(*) from pg_catalog.pg_attribute a where a.attrelid in (k.conrelid, k.confrelid) and a.attname = 'user_id' and not a.attisdropped)
group by k.oid, k.conrelid, k.conname, k.confrelid
order by 1
