drop function private.take_request(uuid, integer);
drop function private.claim_idempotency_key(text, text, bytea);
alter table console.rate_windows reset (fillfactor);
alter table console.rate_windows set logged;
