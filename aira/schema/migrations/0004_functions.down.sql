drop function if exists private.finish_attempts(jsonb);
drop function if exists private.claim_deliveries(text, integer, interval);
drop function if exists private.retry_gap(integer);
drop function if exists private.webhook_body(text, text, jsonb, jsonb);
drop function if exists private.thin_record(jsonb);
drop function if exists private.add_partitions(regclass, integer);
