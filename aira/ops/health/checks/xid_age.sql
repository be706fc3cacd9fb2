-- title: Age of transaction ids
-- why: At 2,147 million, the server refuses writes.
-- hint: Find what stops vacuum (long transactions, slots, prepared transactions), then vacuum (freeze) the oldest tables.
-- unit: million
-- warn: 500
-- critical: 1000
select d.datname, pg_catalog.round(greatest(pg_catalog.age(d.datfrozenxid), pg_catalog.mxid_age(d.datminmxid)) / 1000000.0, 1),
       pg_catalog.format('the oldest is %s transactions old, the oldest multixact %s', pg_catalog.age(d.datfrozenxid), pg_catalog.mxid_age(d.datminmxid))
from pg_catalog.pg_database d
