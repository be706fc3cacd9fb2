drop table private.index_uses;
drop table private.relation_sizes;
drop table private.lock_waits;
drop table private.statement_samples;
drop table private.statement_snapshots;
drop table private.statements;
