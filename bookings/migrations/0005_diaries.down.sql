drop table private.booking_diaries;
