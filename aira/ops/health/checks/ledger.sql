-- title: Ledger
-- why: Somebody's money is not what the entries say.
-- hint: Open the ledger proof in the console. Post nothing by hand before you know why.
-- critical: 1
select p.subject, 1, pg_catalog.format('%s: %s', p.problem, p.detail) from private.ledger_problems() p limit 20
