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

-- Remove up to p_limit webhooks that were delivered before p_before, the oldest first. Return their number.
-- Pending and dead ones stay, except those of subscriptions, whose events are gone by then. The attempts of
-- removed webhooks stay without the receivers' answers, since nothing tells any more whom these are about.
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
                       where o.created_at < p_before
                         and (o.delivered_at < p_before or o.endpoint like 'subscription:%')
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

-- Pass events on to a subscription: make their deliveries, and move its position from p_after to p_upto, in one
-- step. Return how many deliveries there are to send, or null if another session moved the position.
-- p_deliveries: [{"id", "event" (id), "type", "object" (id), "user", "table", "body"}]. The id of a delivery
-- follows from the event and the subscription, so an event that is replayed is sent again under its id.
-- An event that was removed meanwhile, as with an erased account, is left out. A webhook that tests the
-- subscription has no event; for it, p_after and p_upto are null.
-- SECURITY DEFINER: console may change deliveries but not add them.
create or replace function private.deliver_events(
    p_subscription uuid, p_deliveries jsonb, p_after bigint default null, p_upto bigint default null)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_made integer;
begin
    if p_upto is not null then
        -- The row stays locked until the deliveries are made. private.erase_account() takes the same lock.
        update private.webhook_subscriptions s set position = p_upto where s.id = p_subscription and s.position = p_after;
        if not found then
            return null;
        end if;
    end if;
    insert into private.webhook_deliveries as d (id, endpoint, event, table_name, record_id, user_id, body)
    select n.id, s.endpoint_id, n.type, n."table", n.object, n."user", n.body::text
    from pg_catalog.jsonb_to_recordset(p_deliveries) as n(
        id uuid, event bigint, type text, object uuid, "user" uuid, "table" text, body jsonb)
    join private.webhook_subscriptions s on s.id = p_subscription
    where n.event is null or exists (select from private.events e where e.id = n.event)
    order by n.event
    on conflict (id) do update
    set next_attempt_at = pg_catalog.clock_timestamp(), delivered_at = null, attempts_before = d.attempts
    where d.next_attempt_at is null;
    get diagnostics v_made = row_count;
    return v_made;
end $$;

revoke all on function private.deliver_events(uuid, jsonb, bigint, bigint) from public;
grant execute on function private.deliver_events(uuid, jsonb, bigint, bigint) to console;

-- Remove a subscription, its endpoint and its deliveries. The log of attempts stays, without the receiver's
-- answers.
-- SECURITY DEFINER: console may not remove deliveries.
create or replace function private.unsubscribe(p_subscription uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_endpoint text;
begin
    select s.endpoint_id into v_endpoint from private.webhook_subscriptions s where s.id = p_subscription for update;
    with removed as (
        delete from private.webhook_deliveries d
        where d.endpoint = v_endpoint returning d.id)
    update private.delivery_attempts a set error = null, response_head = null, response_body = null
    from removed r where a.delivery_id = r.id;
    delete from private.service_endpoints e where e.name = v_endpoint;
end $$;

revoke all on function private.unsubscribe(uuid) from public;
grant execute on function private.unsubscribe(uuid) to console;

-- Grants and policies of subscriptions. Only the site makes and changes them.
alter table private.webhook_subscriptions enable row level security;
revoke all on private.webhook_subscriptions from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update on private.webhook_subscriptions to console;
drop policy if exists webhook_subscriptions_all_console on private.webhook_subscriptions;
create policy webhook_subscriptions_all_console on private.webhook_subscriptions
    for all to console using (true) with check (true);
