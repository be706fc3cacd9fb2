-- level: error
-- title: A column that looks like a secret
-- why: The data API must not reach passwords, tokens and keys.
-- fix: Move the column to private, hashed or encrypted.
select pg_catalog.format('%s.%s', c.oid::regclass, a.attname), 'looks like a secret'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and a.attname ~* '(password|passwd|secret|api_?key|token|private_key|ssn|credit_card|card_number|cvv|iban)'
