-- Adds the monthly partitions of a table from this month to p_months ahead; how many were missing.
-- A partition NAME_2026_11 holds November 2026, UTC. Row security is on and nobody holds a grant: a parent's policies do
-- not protect a direct read. Attached, not created in place, which would lock the parent against readers.
-- SECURITY DEFINER: the worker runs as console, which owns no table.
-- Errors: 22023 for a table that is not partitioned, or not of private or audit.
create or replace function private.add_partitions(p_table regclass, p_months integer default 3)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_schema text;
    v_table text;
    v_from timestamp;
    v_name text;
    v_added integer := 0;
begin
    select n.nspname, c.relname into v_schema, v_table
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = p_table and c.relkind = 'p' and n.nspname in ('private', 'audit');
    if v_table is null then
        raise exception '% is no partitioned table of private or audit', p_table using errcode = 'invalid_parameter_value';
    end if;
    -- Two workers that start at once.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('private.add_partitions'));
    for v_from in
        select pg_catalog.date_trunc('month', pg_catalog.now() at time zone 'UTC') + m.month * interval '1 month'
        from pg_catalog.generate_series(0, p_months) m(month)
    loop
        v_name := v_table || pg_catalog.to_char(v_from, '_YYYY_MM');
        continue when pg_catalog.to_regclass(pg_catalog.format('%I.%I', v_schema, v_name)) is not null;
        execute pg_catalog.format('create table %I.%I (like %s including defaults)', v_schema, v_name, p_table);
        execute pg_catalog.format('alter table %I.%I enable row level security', v_schema, v_name);
        execute pg_catalog.format(
            'revoke all on %I.%I from public, anon, authenticated, service_role, voice_agent, kb_updater, console',
            v_schema, v_name);
        execute pg_catalog.format('alter table %s attach partition %I.%I for values from (%L) to (%L)',
            p_table, v_schema, v_name, v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC');
        v_added := v_added + 1;
    end loop;
    return v_added;
end $$;

revoke all on function private.add_partitions(regclass, integer) from public;
grant execute on function private.add_partitions(regclass, integer) to console;

-- A row with its keys alone: ids of up to 1000 characters, and the number of the attempt. Null stays null.
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

-- What a webhook says, as JSON text in the form of Supabase's own webhooks: stored once and sent verbatim.
-- p_record: the row, null for a DELETE; p_old_record: the row as it was, null for an INSERT.
-- Over 256 kB, records are thinned to their keys: ids, and the attempt that callbacks are fenced with.
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

-- How long to wait after the given number of failed tries (1–10) of a delivery, ±20 % so that they spread out;
-- null: no more tries.
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

-- Takes up to p_limit deliveries of an endpoint that are due: each becomes an attempt with a lease. Whoever claimed it
-- reports by finish_attempts; after the lease it is due again, for whoever asks. None while the endpoint is held.
-- p_lease: longer than an attempt may take. The database's clock alone decides.
create or replace function private.claim_deliveries(p_endpoint text, p_limit integer, p_lease interval)
returns table (id uuid, attempt integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    -- In a variable: the volatile function itself could not bound the index scan, which then read all that waits.
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

-- Records what became of attempts, and what comes next: delivered on 2xx; else another try after a gap, or after
-- retry_after where that is longer (at most a day); dead when the tries are used up. A 410, or five days without a
-- success, holds the endpoint: what is pending stays. The report of an attempt that another has overtaken is logged and
-- changes nothing else; reporting twice is harmless.
-- p_results: [{"id", "at", "delivery", "endpoint", "attempt", "duration" (ms), "status", "error", "retry_after"
--   (seconds), "request_head", "response_head", "response_body"}].
-- Returns what somebody should look at, in words: deliveries that are dead and endpoints that are held from now on.
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
    ), logged as (
        insert into private.delivery_attempts
            (id, at, delivery_id, endpoint, attempt, duration, status, error, request_head, response_head, response_body)
        select r.id, r.at, r.delivery, r.endpoint, r.attempt, r.duration, r.status, r.error, r.request_head,
               r.response_head, r.response_body
        from result r
        on conflict do nothing
    ), locked as materialized (
        -- In one order: two workers may report the same deliveries, when a lease ran out.
        select d.id, private.retry_gap(d.attempts - d.attempts_before) as gap
        from private.webhook_deliveries d
        where d.id in (select r.delivery from result r)
        order by d.id
        for update
    ), finished as (
        update private.webhook_deliveries d
        set delivered_at = case when r.ok then v_now end,
            last_status = r.status,
            last_error = r.error,
            next_attempt_at = case
                when r.ok then null
                -- Its endpoint is held: it waits for that, not for its death.
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
                         when s.gone then 'it answered 410 Gone'
                         when not s.succeeded and e.failing_since < v_now - interval '5 days'
                             then 'nothing was delivered for five days; the last error: ' || s.error end as reason
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
          -- A row for all: written once a second while all goes well.
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
