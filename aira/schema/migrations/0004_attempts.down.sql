drop table private.delivery_attempts;
