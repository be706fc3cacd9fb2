-- Written at each request of a key: without write-ahead log, and with room for its new versions on the same page.
alter table console.rate_windows set unlogged;
alter table console.rate_windows set (fillfactor = 50);

-- Takes an Idempotency-Key for the caller's transaction, or gives what was answered under it. Of two at the same moment the second waits
-- for the first: it is given the first one's answer, or the key, when the first was rolled back.
-- claimed: nobody has used it; same: it was used for this very request. Errors: 55P03 after 10 seconds.
create or replace function private.claim_idempotency_key(p_actor text, p_key text, p_fingerprint bytea)
returns table (claimed boolean, same boolean, status integer, etag text, body text)
language plpgsql
set search_path = '' set lock_timeout = '10s'
as $$
begin
    -- What is older than a day is as good as purged.
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

-- Counts a request of a key in the minute that its first one began, over all processes. allowed: whether it is within p_limit;
-- remaining: how many more are; reset: seconds until the minute is over.
create or replace function private.take_request(p_subject uuid, p_limit integer)
returns table (allowed boolean, remaining integer, reset integer)
language sql
set search_path = ''
begin atomic
    insert into console.rate_windows as w (subject, started_at, used) values (p_subject, pg_catalog.clock_timestamp(), 1)
    on conflict (subject) do update set
        started_at = case when w.started_at < pg_catalog.clock_timestamp() - interval '1 minute'
                          then pg_catalog.clock_timestamp() else w.started_at end,
        -- What is refused is not counted on: the number stays within integer.
        used = case when w.started_at < pg_catalog.clock_timestamp() - interval '1 minute'
                    then 1 else least(w.used, p_limit) + 1 end
    returning w.used <= p_limit, greatest(p_limit - w.used, 0),
        greatest(1, pg_catalog.ceil(extract(epoch from w.started_at + interval '1 minute' - pg_catalog.clock_timestamp())))::integer;
end;

revoke all on function private.take_request(uuid, integer) from public;
grant execute on function private.take_request(uuid, integer) to console;
