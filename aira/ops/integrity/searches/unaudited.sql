-- title: Ledger entries without audit
-- why: Every transaction that moves money leaves an audit event. An entry without one was written past the triggers.
-- hint: Find out who could write as a superuser or with session_replication_role = replica. Compare with a backup.
select 'public.ledger_entries', 'entries whose transaction has no audit event',
       -- Months whose events were archived can't be compared.
       'with months as (
            select pg_catalog.to_date(pg_catalog.right(c.relname, 7), ''YYYY_MM'') as month
            from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
            where i.inhparent = ''audit.events''::regclass
        )
        select count(*), min(e.id::text) from public.ledger_entries e
        where e.transaction_id is not null
          and pg_catalog.date_trunc(''month'', e.created_at at time zone ''UTC'')::date in (select m.month from months m)
          and not exists (select from audit.events a where a.row_id = e.transaction_id::text and a.table_name = ''transactions'')',
       null::text
