alter table private.webhook_deliveries reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
