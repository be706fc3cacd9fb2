-- level: error
-- title: A role that may write balances or the ledger, or delete posted transactions
-- why: Only postings may change balances and the chain of ledger entries.
-- fix: Revoke the privilege. The posting trigger runs as the owner of the schema.
select c.oid::regclass, pg_catalog.format('%s may %s %s', r.rolname, k.privilege, a.attname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join (values ('INSERT'), ('UPDATE')) as k (privilege)
join pg_catalog.pg_roles r on r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater', 'console')
where n.nspname = 'public'
  and ((c.relname = 'wallets' and a.attname ~ '^(balance|held|ledger)_') or c.relname = 'ledger_entries')
  and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, k.privilege)
union all
select c.oid::regclass, pg_catalog.format('%s may DELETE', r.rolname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles r on r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater', 'console')
where n.nspname = 'public' and c.relname in ('wallets', 'transactions', 'ledger_entries')
  and pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE')
