-- Claim an Idempotency-Key for the caller's transaction, or return the answer that is stored under it. If two
-- requests use a key at the same moment, the second waits for the first. It then gets the answer of the
-- first, or the key if the first was rolled back.
-- Returns claimed: the key is new; same: the key was used for this very request.
-- Errors: 55P03 after waiting for 10 seconds.
create or replace function private.claim_idempotency_key(p_actor text, p_key text, p_fingerprint bytea)
returns table (claimed boolean, same boolean, status integer, etag text, body text)
language plpgsql
set search_path = '' set lock_timeout = '10s'
as $$
begin
    -- Answers older than a day count as purged.
    delete from console.idempotent_answers a
    where a.actor = p_actor and a.key = p_key and a.created_at < pg_catalog.now() - interval '24 hours';
    insert into console.idempotent_answers (actor, key, fingerprint) values (p_actor, p_key, p_fingerprint)
    on conflict on constraint idempotent_answer_once do nothing;
    if found then
        return query select true, true, null::integer, null::text, null::text;
    else
        return query
            select false, a.fingerprint = p_fingerprint, a.status, a.etag, a.body
            from console.idempotent_answers a where a.actor = p_actor and a.key = p_key;
    end if;
end $$;

revoke all on function private.claim_idempotency_key(text, text, bytea) from public;
grant execute on function private.claim_idempotency_key(text, text, bytea) to console;

-- Count a request of an API key, over all processes, in the minute that began with its first request.
-- p_limit: requests per minute.
-- Returns allowed: the request is within p_limit; remaining: how many more are allowed; reset: seconds until
-- the minute ends.
create or replace function private.take_request(p_subject uuid, p_limit integer)
returns table (allowed boolean, remaining integer, reset integer)
language sql
set search_path = ''
begin atomic
    insert into console.rate_windows as w (subject, started_at, used) values (p_subject, pg_catalog.clock_timestamp(), 1)
    on conflict (subject) do update set
        started_at = case when w.started_at < pg_catalog.clock_timestamp() - interval '1 minute'
                          then pg_catalog.clock_timestamp() else w.started_at end,
        -- Refused requests are not counted any further, so the number stays within integer.
        used = case when w.started_at < pg_catalog.clock_timestamp() - interval '1 minute'
                    then 1 else least(w.used, p_limit) + 1 end
    returning w.used <= p_limit, greatest(p_limit - w.used, 0),
        greatest(1, pg_catalog.ceil(extract(epoch from w.started_at + interval '1 minute' - pg_catalog.clock_timestamp())))::integer;
end;

revoke all on function private.take_request(uuid, integer) from public;
grant execute on function private.take_request(uuid, integer) to console;

-- Each request of a key writes this table. So it has no write-ahead log, and pages keep room for new row
-- versions.
alter table console.rate_windows set unlogged;
alter table console.rate_windows set (fillfactor = 50);
