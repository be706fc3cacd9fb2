-- Return only the keys of a row: ids of up to 1,000 characters, and the number of the attempt. Null stays
-- null.
create or replace function private.thin_record(p_record jsonb)
returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
    return (select pg_catalog.jsonb_object_agg(e.key, e.value) from pg_catalog.jsonb_each(p_record) e
            where (e.key in ('id', 'attempts') or e.key like '%\_id') and pg_catalog.length(e.value::text) <= 1000);
end $$;

revoke all on function private.thin_record(jsonb) from public;

-- Return the JSON text of a webhook, in the form of Supabase's own webhooks. It is stored once and sent
-- verbatim.
-- p_record: the row, null for a DELETE. p_old_record: the row as it was, null for an INSERT.
-- Above 256 kB, records are reduced to their keys: ids, and the attempt that fences callbacks.
create or replace function private.webhook_body(p_type text, p_table text, p_record jsonb, p_old_record jsonb)
returns text
language plpgsql stable
set search_path = ''
as $$
declare
    v_body text;
    c_largest constant integer := 262144;
begin
    for v_try in 1..2 loop
        v_body := pg_catalog.jsonb_build_object('type', p_type, 'table', p_table, 'schema', 'public',
            'record', p_record, 'old_record', p_old_record)::text;
        exit when pg_catalog.octet_length(v_body) <= c_largest;
        p_record := private.thin_record(p_record);
        p_old_record := private.thin_record(p_old_record);
    end loop;
    return v_body;
end $$;

revoke all on function private.webhook_body(text, text, jsonb, jsonb) from public;

-- Return how long to wait after a number of failed attempts (1–10) of a delivery, ±20 % so that attempts
-- spread out. Null: no more attempts.
create or replace function private.retry_gap(p_failed integer)
returns interval
language plpgsql volatile
set search_path = ''
as $$
begin
    return (array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours', '20 hours',
                  '24 hours']::interval[])[p_failed] * (0.8 + 0.4 * pg_catalog.random());
end $$;

revoke all on function private.retry_gap(integer) from public;
grant execute on function private.retry_gap(integer) to console;

-- Claim up to p_limit deliveries of an endpoint that are due. Each becomes an attempt with a lease. The
-- caller reports the result with finish_attempts. After the lease, the delivery is due again for every
-- caller. No rows while the endpoint is held.
-- p_lease: longer than an attempt may take. Only the database's clock counts.
create or replace function private.claim_deliveries(p_endpoint text, p_limit integer, p_lease interval)
returns table (id uuid, attempt integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    -- A variable, since the volatile function itself can't bound the index scan, which then read all pending
    -- deliveries.
    v_now timestamptz := pg_catalog.clock_timestamp();
begin
    return query
    with due as (
        select d.id from private.webhook_deliveries d
        where d.endpoint = p_endpoint and d.next_attempt_at <= v_now
          and exists (select from private.service_endpoints e where e.name = p_endpoint and e.held_at is null)
        order by d.next_attempt_at
        limit p_limit
        for update skip locked
    )
    update private.webhook_deliveries d
    set attempts = d.attempts + 1, next_attempt_at = v_now + p_lease
    from due where d.id = due.id
    returning d.id, d.attempts, d.body;
end $$;

revoke all on function private.claim_deliveries(text, integer, interval) from public;
grant execute on function private.claim_deliveries(text, integer, interval) to console;

-- Record the results of attempts and decide what follows: delivered on 2xx, else another attempt after a gap,
-- or after retry_after if that is longer (at most a day), or dead after the last attempt. A 410, or five days
-- without a success, holds the endpoint; its deliveries stay pending. A report of an attempt that a newer one
-- has overtaken is logged and changes nothing else. Idempotent.
-- p_results: [{"id", "at", "delivery", "endpoint", "attempt", "duration" (ms), "status", "error",
-- "retry_after" (seconds), "request_head", "response_head", "response_body"}].
-- Returns sentences for staff: deliveries that are now dead and endpoints that are now held.
create or replace function private.finish_attempts(p_results jsonb)
returns setof text
language plpgsql
set search_path = ''
as $$
declare
    v_now timestamptz := pg_catalog.clock_timestamp();
begin
    return query
    with result as materialized (
        select r.*, coalesce(r.status between 200 and 299, false) as ok
        from pg_catalog.jsonb_to_recordset(p_results) as r(
            id uuid, at timestamptz, delivery uuid, endpoint text, attempt integer, duration integer, status integer,
            error text, retry_after double precision, request_head text, response_head text, response_body text)
    ), locked as materialized (
        -- Lock in one order, since two workers may report the same deliveries after a lease ran out.
        select d.id, private.retry_gap(d.attempts - d.attempts_before) as gap
        from private.webhook_deliveries d
        where d.id in (select r.delivery from result r)
        order by d.id
        for update
    ), logged as (
        -- For a delivery that was purged or erased with its account, do not store the receiver's answer: it
        -- may name a person.
        insert into private.delivery_attempts
            (id, at, delivery_id, endpoint, attempt, duration, status, error, request_head, response_head, response_body)
        select r.id, r.at, r.delivery, r.endpoint, r.attempt, r.duration, r.status,
               case when l.id is not null then r.error end, r.request_head,
               case when l.id is not null then r.response_head end, case when l.id is not null then r.response_body end
        from result r left join locked l on l.id = r.delivery
        on conflict do nothing
    ), finished as (
        update private.webhook_deliveries d
        set delivered_at = case when r.ok then v_now end,
            last_status = r.status,
            last_error = r.error,
            next_attempt_at = case
                when r.ok then null
                -- The endpoint is held, so the delivery waits for it and is not dead.
                when r.status = 410 then v_now + coalesce(l.gap, '1 day')
                else v_now + case when l.gap is not null
                                  then greatest(l.gap, least(coalesce(r.retry_after, 0), 86400) * interval '1 second') end
                end
        from result r, locked l
        where l.id = r.delivery and d.id = r.delivery and d.attempts = r.attempt and d.next_attempt_at is not null
        returning d.id, d.endpoint, d.attempts, d.next_attempt_at is null and d.delivered_at is null as dead, d.last_error
    ), summary as (
        select r.endpoint, pg_catalog.bool_or(r.ok) as succeeded, pg_catalog.bool_or(r.status = 410) as gone,
               pg_catalog.max(r.error) as error
        from result r group by r.endpoint
    ), verdict as (
        select s.*, case when e.held_at is not null then null
                         when s.gone then 'it answered 410 Gone, so it wants no more webhooks'
                         when not s.succeeded and e.failing_since < v_now - interval '5 days'
                             then 'every attempt failed for five days; the last error: ' || s.error end as reason
        from summary s join private.service_endpoints e on e.name = s.endpoint
    ), noted as (
        update private.service_endpoints e
        set last_success_at = case when s.succeeded then v_now else e.last_success_at end,
            last_failure_at = case when s.error is not null then v_now else e.last_failure_at end,
            last_error = coalesce(s.error, e.last_error),
            failing_since = case when not s.succeeded then coalesce(e.failing_since, v_now) end,
            held_at = case when s.reason is null then e.held_at else v_now end,
            held_reason = coalesce(s.reason, e.held_reason)
        from verdict s
        where e.name = s.endpoint
          -- All attempts share this row, so write it at most once a second while they succeed.
          and (s.error is not null or e.failing_since is not null or e.last_success_at is null
               or e.last_success_at < v_now - interval '1 second')
        returning e.name, e.held_at, e.held_reason
    )
    select pg_catalog.format('delivery %s to %s is dead after %s attempts: %s', f.id, f.endpoint, f.attempts, f.last_error)
    from finished f where f.dead
    union all
    select pg_catalog.format('endpoint %s is held: %s', n.name, n.held_reason) from noted n where n.held_at = v_now;
end $$;

revoke all on function private.finish_attempts(jsonb) from public;
grant execute on function private.finish_attempts(jsonb) to console;

-- Hand a webhook to the extension pg_net, which sends it after this transaction commits. Return its id, for
-- pg_net_answers.
-- p_body: the text of a jsonb value. pg_net sends the text of a jsonb, so any other text would not match its
-- signature.
-- p_timeout: milliseconds for the whole request.
-- SECURITY DEFINER: console has no rights in the schema net.
-- Errors: 0A000 the extension pg_net is not installed; 22023 pg_net would send the body as another text.
create or replace function private.send_by_pg_net(p_url text, p_body text, p_headers jsonb, p_timeout integer)
returns bigint
language plpgsql security definer
set search_path = ''
as $$
begin
    if pg_catalog.to_regprocedure('net.http_post(text, jsonb, jsonb, jsonb, integer)') is null then
        raise exception 'the extension pg_net is not installed'
            using errcode = 'feature_not_supported',
                  hint = 'Run "create extension pg_net" in this database, or set WEBHOOK_TRANSPORT=http.';
    end if;
    if p_body::jsonb::text <> p_body then
        raise exception 'pg_net would send another text than the signed one'
            using errcode = 'invalid_parameter_value', hint = 'Set WEBHOOK_TRANSPORT=http.';
    end if;
    return net.http_post(url := p_url, body := p_body::jsonb, params := '{}', headers := p_headers,
                         timeout_milliseconds := p_timeout);
end $$;

revoke all on function private.send_by_pg_net(text, text, jsonb, integer) from public;
grant execute on function private.send_by_pg_net(text, text, jsonb, integer) to console;

-- Return the answers that came to requests of send_by_pg_net in the last ten minutes. Requests without an
-- answer yet have no row.
-- status: the HTTP status; error: why there is no answer; head: a JSON object; body: its first 4 kB.
-- head and body are bytes: pg_net stores a receiver's answer unchecked, and it may not be UTF-8.
-- SECURITY DEFINER: console has no rights in the schema net, and may see only the answers that it asks for.
create or replace function private.pg_net_answers(p_ids bigint[])
returns table (id bigint, status integer, head bytea, body bytea, error text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return query
    select r.id, r.status_code, pg_catalog.textsend(r.headers::text),
           pg_catalog.substr(pg_catalog.textsend(r.content), 1, 4096),
           case when r.error_msg is not null then r.error_msg
                when r.timed_out then 'timed out'
                when r.status_code is null then 'no status' end
    from net._http_response r
    -- pg_net keeps answers for hours, and its only index is on `created`.
    where r.created > pg_catalog.now() - interval '10 minutes' and r.id = any(p_ids);
end $$;

revoke all on function private.pg_net_answers(bigint[]) from public;
grant execute on function private.pg_net_answers(bigint[]) to console;

-- Remove up to p_limit webhooks that were delivered before p_before, the oldest first. Return their number.
-- Pending and dead ones stay. Their attempts stay without the receivers' answers, since nothing tells any
-- more whose documents these are about.
-- SECURITY DEFINER: console may change deliveries but not remove them.
-- Errors: 22023 p_before is less than a day ago.
create or replace function private.purge_deliveries(p_before timestamptz, p_limit integer default 1000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_removed integer;
begin
    if p_before is null or p_before > pg_catalog.now() - interval '1 day' then
        raise exception 'deliveries newer than a day can''t be purged, but p_before is %', p_before
            using errcode = 'invalid_parameter_value';
    end if;
    with removed as (
        delete from private.webhook_deliveries d
        where d.id in (select o.id from private.webhook_deliveries o
                       where o.created_at < p_before and o.delivered_at < p_before
                       order by o.created_at limit p_limit for update skip locked)
        returning d.id),
    emptied as (
        update private.delivery_attempts a set error = null, response_head = null, response_body = null
        from removed r where a.delivery_id = r.id)
    select pg_catalog.count(*) into v_removed from removed;
    return v_removed;
end $$;

revoke all on function private.purge_deliveries(timestamptz, integer) from public;
grant execute on function private.purge_deliveries(timestamptz, integer) to console;

-- Each row is written three times within seconds, so dead versions pile up at the start of idx_deliveries_due.
alter table private.webhook_deliveries set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
select private.add_partitions('private.delivery_attempts');
