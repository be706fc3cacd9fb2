-- By month: a month of attempts is dropped, not deleted row by row.
create table private.delivery_attempts (
    id uuid not null,
    at timestamptz not null,
    delivery_id uuid not null,
    endpoint text not null,
    attempt integer not null,
    duration integer not null,
    status integer,
    error text,
    request_head text not null,
    response_head text,
    response_body text,
    primary key (id, at)
) partition by range (at);
create index idx_delivery_attempts_delivery_id on private.delivery_attempts (delivery_id);
