-- title: Replica lag
-- why: Reports from a replica are that old, and a failover loses that much.
-- sees: others
-- hint: Check the network and the load of the replica. A long query on it delays the replay.
-- unit: s
-- warn: 30
-- critical: 300
select coalesce(nullif(r.application_name, ''), r.client_addr::text, 'a replica'), coalesce(pg_catalog.extract('epoch', r.replay_lag), 0)::numeric(12,1),
       pg_catalog.format('%s, %s', r.state, r.sync_state)
from pg_catalog.pg_stat_replication r
