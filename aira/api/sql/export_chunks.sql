-- Chunks are compressed already, so PostgreSQL need not try it again.
alter table console.export_chunks alter column content set storage external;
