-- title: Prepared transactions
-- why: They hold their locks until they are ended, even after a restart.
-- hint: Find the program that prepared it. If it no longer needs it, run rollback prepared 'GID'.
-- unit: s
-- warn: 300
-- critical: 3600
select p.gid, pg_catalog.extract('epoch', pg_catalog.now() - p.prepared)::numeric(12,0), pg_catalog.format('by %s', p.owner)
from pg_catalog.pg_prepared_xacts p where p.database = pg_catalog.current_database()
