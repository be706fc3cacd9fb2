-- title: Tenancy
-- why: A row belongs to another account than the row it hangs on: one customer's data shows in another's.
-- hint: See who wrote it (Audit events of the row), and give it the owner of its parent by a migration that says why.
-- Of a number that moved to another owner with its business, transactions stay with the account that paid: not theirs.
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
