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
