-- Written at each request of a key: without write-ahead log, and with room for its new versions on the same page.
alter table console.rate_windows set unlogged;
alter table console.rate_windows set (fillfactor = 50);
