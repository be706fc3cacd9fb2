-- title: Settings of the server
-- why: They decide whether committed rows survive a crash, whether tables are cleaned, and whether damage is noticed.
-- hint: Correct postgresql.conf, or the provider's settings, and restart the server where needed.
-- warn: 1
-- critical: 2
with setting (name, value) as (select s.name, s.setting from pg_catalog.pg_settings s)
select r.name, r.level, r.detail
from (
    select 'fsync', 2, 'is off: a crash of the machine can damage every table' from setting s where s.name = 'fsync' and s.value = 'off'
    union all
    select 'full_page_writes', 2, 'is off: a crash of the machine can damage pages'
    from setting s where s.name = 'full_page_writes' and s.value = 'off'
    union all
    select 'synchronous_commit', 2, 'is off: a crash loses transactions whose COMMIT was acknowledged'
    from setting s where s.name = 'synchronous_commit' and s.value = 'off'
    union all
    select 'autovacuum', 2, 'is off: tables grow, and transaction ids run out' from setting s where s.name = 'autovacuum' and s.value = 'off'
    union all
    select 'track_counts', 2, 'is off, so autovacuum does not know what to clean' from setting s where s.name = 'track_counts' and s.value = 'off'
    union all
    select 'data_checksums', 1, 'is off: damage on the disk is not noticed. Run pg_checksums --enable with the server stopped'
    from setting s where s.name = 'data_checksums' and s.value = 'off'
    union all
    select 'wal_level', 2, 'is minimal, but archive_mode is on: the archive can''t restore to a point in time'
    from setting s join setting a on a.name = 'archive_mode' and a.value <> 'off' where s.name = 'wal_level' and s.value = 'minimal'
    union all
    select 'max_slot_wal_keep_size', 1, 'is -1, and the server has replication slots: one that nobody reads fills the disk'
    from setting s where s.name = 'max_slot_wal_keep_size' and s.value = '-1'
      and exists (select from pg_catalog.pg_replication_slots p where not p.temporary)
) r (name, level, detail)
-- The embedded server of tests runs without durability on purpose, which the setting aira.not_durable says.
where not (r.name in ('fsync', 'full_page_writes')
           and coalesce(pg_catalog.current_setting('aira.not_durable', true), '') = 'on')
