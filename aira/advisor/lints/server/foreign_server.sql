-- level: warn
-- title: A foreign server
-- why: A role that may use it can send rows to another machine, with the password that is stored in the database.
-- fix: Run drop server … cascade, unless you know what it is for.
select pg_catalog.quote_ident(s.srvname), pg_catalog.format('by %I, owned by %s', w.fdwname, s.srvowner::regrole)
from pg_catalog.pg_foreign_server s join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
