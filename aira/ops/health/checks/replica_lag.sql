-- title: Lag of replicas
-- why: Reports read from them are that old; and after a failover, that much is lost.
-- sees: others
-- hint: Look at the network and at the replica's load; a long query there holds replay back.
-- unit: s
-- warn: 30
-- critical: 300
select coalesce(nullif(r.application_name, ''), r.client_addr::text, 'a replica'), coalesce(pg_catalog.extract('epoch', r.replay_lag), 0)::numeric(12,1),
       pg_catalog.format('%s, %s', r.state, r.sync_state)
from pg_catalog.pg_stat_replication r
