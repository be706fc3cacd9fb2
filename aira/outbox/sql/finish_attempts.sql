-- Record the results of attempts and decide what follows: delivered on 2xx, else another attempt after a gap,
-- or after retry_after if that is longer (at most a day), or dead after the last attempt. A 410, or five days
-- without a success (three for a subscription), holds the endpoint, and its deliveries stay pending. A report
-- of an attempt that a newer one has overtaken is logged and changes nothing else. Idempotent.
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
                         when not s.succeeded and e.name like 'subscription:%' and e.failing_since < v_now - interval '3 days'
                             then 'every attempt failed for three days; the last error: ' || s.error
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
