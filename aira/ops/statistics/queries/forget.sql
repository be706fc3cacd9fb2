-- Remove figures after their time: 14 days for statements and locks, 90 days for sizes.
with samples as (
    delete from private.statement_samples s where s.taken_at < pg_catalog.now() - interval '14 days'
), snapshots as (
    delete from private.statement_snapshots s where s.taken_at < pg_catalog.now() - interval '14 days'
), waits as (
    delete from private.lock_waits w where w.at < pg_catalog.now() - interval '14 days'
)
delete from private.relation_sizes s where s.day < (pg_catalog.now() at time zone 'UTC')::date - 90
