-- Each request of a key writes this table. So it has no write-ahead log, and pages keep room for new row
-- versions.
alter table console.rate_windows set unlogged;
alter table console.rate_windows set (fillfactor = 50);
