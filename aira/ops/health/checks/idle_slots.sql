-- title: Replication slots without a client
-- why: The server keeps all WAL for a slot until its client returns. The disk fills, and then the server stops.
-- hint: Start its client again, or run select pg_drop_replication_slot(NAME).
-- unit: MB
-- warn: 64
-- critical: 1024
select s.slot_name::text,
       pg_catalog.round(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn) / 1048576.0, 1),
       pg_catalog.format('no client reads the %s slot', s.slot_type)
from pg_catalog.pg_replication_slots s where not s.active and s.restart_lsn is not null and not pg_catalog.pg_is_in_recovery()
