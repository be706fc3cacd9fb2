select private.add_partitions('private.delivery_attempts');
-- Each row is written three times within seconds: dead versions pile up at the start of idx_deliveries_due.
alter table private.webhook_deliveries set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
