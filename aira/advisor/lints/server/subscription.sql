-- level: error
-- title: A subscription
-- why: It writes rows as its owner, with row security and most triggers off, so wallets and the ledger would not agree.
-- fix: Run drop subscription ….
select pg_catalog.quote_ident(s.subname), 'receives changes as ' || s.subowner::regrole
from pg_catalog.pg_subscription s
where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
