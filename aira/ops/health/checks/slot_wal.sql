-- title: WAL kept for slots
-- why: A replication slot that no client reads fills the disk, and then the server stops.
-- hint: Start its client again, or run select pg_drop_replication_slot(NAME). Set max_slot_wal_keep_size.
-- unit: MB
-- warn: 1024
-- critical: 10240
select s.slot_name::text,
       case when s.wal_status = 'lost' then 1000000
            else pg_catalog.round(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn) / 1048576.0, 1) end,
       pg_catalog.format('%s, %s', case when s.active then 'read' else 'no client reads it' end, coalesce(s.wal_status, 'nothing kept'))
from pg_catalog.pg_replication_slots s where s.restart_lsn is not null or s.wal_status = 'lost'
