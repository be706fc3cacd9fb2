-- title: WAL kept for slots
-- why: A slot that nobody reads fills the disk, and then the server stops.
-- hint: Bring its reader back, or select pg_drop_replication_slot(NAME). Set max_slot_wal_keep_size.
-- unit: MB
-- warn: 1024
-- critical: 10240
select s.slot_name::text,
       case when s.wal_status = 'lost' then 1000000
            else pg_catalog.round(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn) / 1048576.0, 1) end,
       pg_catalog.format('%s, %s', case when s.active then 'read' else 'read by nobody' end, coalesce(s.wal_status, 'nothing kept'))
from pg_catalog.pg_replication_slots s where s.restart_lsn is not null or s.wal_status = 'lost'
