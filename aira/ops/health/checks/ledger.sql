-- title: Ledger
-- why: A balance differs from its ledger entries.
-- hint: Open the ledger proof in the console. Post nothing by hand before you know the cause.
-- critical: 1
select p.subject, 1, pg_catalog.format('%s: %s', p.problem, p.detail) from private.ledger_problems() p limit 20
