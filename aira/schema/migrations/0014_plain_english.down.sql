-- Computes one materialized view of schema analytics anew, while it can be read, and records how that went.
-- Answers refreshed; failed: analytics_refreshes has the error; busy: somebody else is at it.
-- One call is one transaction: call it by view, since its snapshot keeps vacuum waiting.
-- SECURITY DEFINER: refreshing is the owner's alone. EXECUTE is console's.
-- Errors: 42P01 for what is no materialized view of the schema.
create or replace function private.refresh_analytics(p_view text)
returns text
language plpgsql security definer
-- How many rows a function gives the planner can only guess: it would compile statements that end sooner than that takes.
set search_path = '' set jit = off
as $$
declare
    v_begun constant timestamptz := pg_catalog.clock_timestamp();
    v_populated boolean;
    v_rows bigint;
    v_error text;
begin
    select c.relispopulated into v_populated
    from pg_catalog.pg_class c
    where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'm' and c.relname = p_view;
    if not found then
        raise exception 'analytics has no materialized view "%"', p_view
            using errcode = 'undefined_table',
                  hint = pg_catalog.format('It has %s.', (
                      select pg_catalog.string_agg(c.relname, ', ' order by c.relname) from pg_catalog.pg_class c
                      where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'm'));
    end if;
    if not pg_catalog.pg_try_advisory_xact_lock(
            pg_catalog.hashtext('private.analytics_refreshes'), pg_catalog.hashtext(p_view)) then
        return 'busy';
    end if;
    begin
        -- A restored schema has views that were never filled: these can't be refreshed CONCURRENTLY.
        execute pg_catalog.format('refresh materialized view %s analytics.%I', case when v_populated then 'concurrently' end, p_view);
        execute pg_catalog.format('select pg_catalog.count(*) from analytics.%I', p_view) into v_rows;
    exception when query_canceled or others then
        -- A timeout, too: it ends this refresh, and is worth as much to know.
        v_error := sqlerrm;
    end;
    if v_error is not null then
        insert into private.analytics_refreshes as r (view_name, failed_at, error)
        values (p_view, v_begun, v_error)
        on conflict (view_name) do update set failed_at = excluded.failed_at, error = excluded.error;
        return 'failed';
    end if;
    insert into private.analytics_refreshes as r (view_name, refreshed_at, duration, row_count)
    values (p_view, v_begun,
            pg_catalog.ceil(extract(epoch from pg_catalog.clock_timestamp() - v_begun) * 1000), v_rows)
    on conflict (view_name) do update
    set refreshed_at = excluded.refreshed_at, duration = excluded.duration, row_count = excluded.row_count, error = null;
    return 'refreshed';
end $$;

revoke all on function private.refresh_analytics(text) from public;
grant execute on function private.refresh_analytics(text) to console;

-- AFTER row trigger: writes what changed in a row to audit.events, and who did it (private.current_actor). Its arguments are the
-- columns that are not recorded; a change of those alone is no event. Of a column `password` it is recorded that it changed,
-- never the value.
-- Of a long value its beginning, length and hash are recorded; see private.shortened().
-- before, after: an insert has all of `after`, a delete all of `before`, an update the changed columns in both.
-- SECURITY DEFINER: nobody may write to audit.events.
create or replace function private.record_change()
returns trigger
language plpgsql security definer
-- Times read the same whoever writes: a client of the data API may choose its time zone.
set search_path = '' set timezone = 'UTC'
as $$
declare
    v_row jsonb;
    v_before jsonb;
    v_after jsonb;
    v_actor record;
begin
    if tg_op = 'INSERT' then
        v_row := pg_catalog.to_jsonb(new);
        v_after := v_row - tg_argv;
    elsif tg_op = 'DELETE' then
        v_row := pg_catalog.to_jsonb(old);
        v_before := v_row - tg_argv;
    else
        v_row := pg_catalog.to_jsonb(new);
        v_before := pg_catalog.to_jsonb(old);
        select pg_catalog.jsonb_object_agg(n.key, v_before -> n.key), pg_catalog.jsonb_object_agg(n.key, n.value)
        into v_before, v_after
        from pg_catalog.jsonb_each(v_row - tg_argv) n
        where n.value is distinct from v_before -> n.key;
        if v_after is null then
            return null;
        end if;
    end if;
    if coalesce(v_after, v_before) ? 'password' then
        v_before := pg_catalog.jsonb_set(v_before, '{password}', '"not recorded"', false);
        v_after := pg_catalog.jsonb_set(v_after, '{password}', '"not recorded"', false);
    end if;
    -- Few rows have any long value: the size of all of them is told without reading one.
    if pg_catalog.pg_column_size(v_before) > 2000 or pg_catalog.pg_column_size(v_after) > 2000 then
        v_before := private.shortened(v_before);
        v_after := private.shortened(v_after);
    end if;
    v_actor := private.current_actor();
    insert into audit.events (
        table_name, row_id, user_id, business_id, verb, before, after,
        actor_kind, actor_id, actor_name, request_id, reason)
    values (
        tg_table_name,
        -- A row that links a group to somebody, or a permission, is a change of the one who gets it.
        coalesce(v_row ->> 'staffuser_id', v_row ->> 'group_id', v_row ->> 'id', v_row ->> 'name'),
        (v_row ->> 'user_id')::uuid,
        (case tg_table_name when 'business_v2' then v_row ->> 'id' else v_row ->> 'business_id' end)::uuid,
        pg_catalog.lower(tg_op), v_before, v_after,
        v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
    return null;
end $$;

revoke all on function private.record_change() from public;

-- Writes an event about an account that is no change of a row: its data was exported, erased, or shown unmasked.
-- p_details: what for a reader's sake; nothing personal.
-- SECURITY DEFINER: nobody may write to audit.events. Errors: 22023 for another verb.
create or replace function private.record_use(p_verb text, p_user_id uuid, p_details jsonb default null)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record;
begin
    if p_verb is null or p_verb not in ('export', 'erase', 'reveal') then
        raise exception 'a use is to export, to erase or to reveal, not %', p_verb using errcode = 'invalid_parameter_value';
    end if;
    v_actor := private.current_actor();
    insert into audit.events (
        table_name, row_id, user_id, verb, after, actor_kind, actor_id, actor_name, request_id, reason)
    values (
        'accounts', p_user_id, p_user_id, p_verb, p_details,
        v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
end $$;

revoke all on function private.record_use(text, uuid, jsonb) from public;
grant execute on function private.record_use(text, uuid, jsonb) to console;

-- BEFORE trigger on audit.events: what was recorded is not changed, by nobody, the owner of the schema included. Only the
-- values of a row may be redacted, and only by private.redact_events, which says so in aira.redaction (its transaction's id):
-- a role that can set this still has no right to update.
-- Errors: 42501.
create or replace function private.refuse_audit_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE'
       and pg_catalog.current_setting('aira.redaction', true) = pg_catalog.pg_current_xact_id()::text
       and pg_catalog.to_jsonb(new) - array['before', 'after', 'reason'] = pg_catalog.to_jsonb(old) - array['before', 'after', 'reason']
       and coalesce(new.before <@ old.before, new.before is null) and coalesce(new.after <@ old.after, new.after is null)
       and new.reason is null then
        return new;
    end if;
    raise exception '% of % is not possible: audit events are kept as they were written', tg_op, tg_table_name
        using errcode = 'insufficient_privilege',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'Old months are archived, and the values of an erased account redacted: see docs/OPERATIONS.md.';
end $$;

revoke all on function private.refuse_audit_change() from public;

create or replace trigger kept_as_written
    before update or delete on audit.events
    for each row execute function private.refuse_audit_change();
create or replace trigger never_truncated
    before truncate on audit.events
    for each statement execute function private.refuse_audit_change();

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
    ), locked as materialized (
        -- In one order: two workers may report the same deliveries, when a lease ran out.
        select d.id, private.retry_gap(d.attempts - d.attempts_before) as gap
        from private.webhook_deliveries d
        where d.id in (select r.delivery from result r)
        order by d.id
        for update
    ), logged as (
        -- Of a delivery that was purged, or erased with its account, not what the receiver answered: it may name a person.
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

-- The answers that have come to requests of send_by_pg_net in the last ten minutes; none for those still on their way.
-- status: of HTTP; error: why there is none; head: a JSON object; body: its first 4 kB.
-- head and body are bytes: pg_net stores what a receiver says unchecked, and it may be no UTF-8.
-- SECURITY DEFINER: console has no rights in the schema net, and may see the answers it asks for alone.
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
    -- pg_net keeps answers for hours, indexed by `created` alone.
    where r.created > pg_catalog.now() - interval '10 minutes' and r.id = any(p_ids);
end $$;

revoke all on function private.pg_net_answers(bigint[]) from public;
grant execute on function private.pg_net_answers(bigint[]) to console;

-- Removes up to p_limit webhooks that were delivered before p_before, the oldest first; how many. Pending and dead ones stay. Their
-- attempts stay without what receivers answered: nothing says any more whose documents that is about.
-- SECURITY DEFINER: console may change deliveries and not remove them.
-- Errors: 22023 for a time less than a day ago.
create or replace function private.purge_deliveries(p_before timestamptz, p_limit integer default 1000)
returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    v_removed integer;
begin
    if p_before is null or p_before > pg_catalog.now() - interval '1 day' then
        raise exception 'deliveries are kept for a day at least' using errcode = 'invalid_parameter_value';
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

-- Hands a webhook to the extension pg_net, which sends it once this has committed; its id, for pg_net_answers.
-- p_body: the text of a jsonb. pg_net sends a jsonb's text, so any other would not be what was signed.
-- p_timeout: milliseconds for the whole request.
-- SECURITY DEFINER: console has no rights in the schema net.
-- Errors: 0A000 where pg_net is not installed; 22023 for a body that pg_net would send as another text.
create or replace function private.send_by_pg_net(p_url text, p_body text, p_headers jsonb, p_timeout integer)
returns bigint
language plpgsql security definer
set search_path = ''
as $$
begin
    if pg_catalog.to_regprocedure('net.http_post(text, jsonb, jsonb, jsonb, integer)') is null then
        raise exception 'pg_net is not installed'
            using errcode = 'feature_not_supported',
                  hint = 'run "create extension pg_net" in this database, or set WEBHOOK_TRANSPORT=http';
    end if;
    if p_body::jsonb::text <> p_body then
        raise exception 'pg_net would send another text than the one that was signed'
            using errcode = 'invalid_parameter_value', hint = 'set WEBHOOK_TRANSPORT=http';
    end if;
    return net.http_post(url := p_url, body := p_body::jsonb, params := '{}', headers := p_headers,
                         timeout_milliseconds := p_timeout);
end $$;

revoke all on function private.send_by_pg_net(text, text, jsonb, integer) from public;
grant execute on function private.send_by_pg_net(text, text, jsonb, integer) to console;

-- Adds one month's partition of a table; false when it is there. A partition NAME_2026_11 holds November 2026, UTC. Row security is
-- on and nobody holds a grant: a parent's policies do not protect a direct read. What refuses a TRUNCATE of the parent
-- refuses it there. Attached, not created in place, which would lock the parent against readers.
-- SECURITY DEFINER: the worker runs as console, which owns no table.
-- Errors: 22023 for a table that is not partitioned, or not of private or audit.
create or replace function private.add_partition(p_table regclass, p_month date)
returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    v_schema text;
    v_table text;
    v_from timestamp := pg_catalog.date_trunc('month', p_month::timestamp);
    v_leaf text;
    v_trigger text;
begin
    select n.nspname, c.relname into v_schema, v_table
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = p_table and c.relkind = 'p' and n.nspname in ('private', 'audit');
    if v_table is null then
        raise exception '% is no partitioned table of private or audit', p_table using errcode = 'invalid_parameter_value';
    end if;
    -- Two workers that start at once.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('private.add_partitions'));
    v_leaf := pg_catalog.format('%I.%I', v_schema, v_table || pg_catalog.to_char(v_from, '_YYYY_MM'));
    if pg_catalog.to_regclass(v_leaf) is not null then
        return false;
    end if;
    execute pg_catalog.format('create table %s (like %s including defaults)', v_leaf, p_table);
    execute pg_catalog.format('alter table %s enable row level security', v_leaf);
    execute pg_catalog.format(
        'revoke all on %s from public, anon, authenticated, service_role, voice_agent, kb_updater, console', v_leaf);
    for v_trigger in
        select pg_catalog.replace(pg_catalog.pg_get_triggerdef(t.oid), pg_catalog.format(' ON %s ', p_table), pg_catalog.format(' ON %s ', v_leaf))
        from pg_catalog.pg_trigger t where t.tgrelid = p_table and t.tgtype & 32 <> 0
    loop
        execute v_trigger;
    end loop;
    execute pg_catalog.format('alter table %s attach partition %s for values from (%L) to (%L)',
        p_table, v_leaf, v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC');
    return true;
end $$;

revoke all on function private.add_partition(regclass, date) from public;

-- What somebody typed as a query: all words in any order, the last as far as it is typed. Null when there is no word.
-- p_spellings: a materialized view of words (column word). Given, each word may also be one that is spelled like it: one letter
-- wrong, missing, too many, or two swapped; or, of long words, most of the letters right.
create or replace function private.search_query(p_text text, p_spellings regclass default null)
returns tsquery
language plpgsql stable
set search_path = ''
as $$
declare
    v_words text[] := (pg_catalog.string_to_array(private.plain_words(pg_catalog.left(p_text, 500)), ' '))[1:8];
    v_parts text[] := '{}';
    v_part text;
    v_like text[];
    v_word text;
    v_at integer := 0;
begin
    foreach v_word in array v_words loop
        v_at := v_at + 1;
        v_word := pg_catalog.left(v_word, 60);
        continue when v_word = '';
        v_part := v_word || case when v_at = pg_catalog.cardinality(v_words) then ':*' else '' end;
        -- A number is not another one that is spelled like it.
        if p_spellings is not null and v_word ~ '[^0-9]' then
            execute pg_catalog.format($f$
                select array(
                    -- Quoted: a word of a vector may be a whole address, with whatever has a meaning in a query.
                    select '''' || pg_catalog.replace(pg_catalog.replace(s.word, '\', '\\'), '''', '''''') || '''' from (
                        select w.word, 1 as distance, 1 as likeness from %1$s w where w.word = any (private.misspellings($1))
                        union
                        select w.word, 2, extensions.similarity(w.word, $1) from %1$s w
                        where pg_catalog.length($1) >= 5 and w.word operator(extensions.%%) $1
                          and extensions.similarity(w.word, $1) >= 0.4) s
                    group by s.word order by min(s.distance), max(s.likeness) desc, s.word limit 10)
                $f$, p_spellings) into v_like using v_word;
            v_part := '(' || pg_catalog.array_to_string(v_part || v_like, ' | ') || ')';
        end if;
        v_parts := v_parts || v_part;
    end loop;
    return case when v_parts <> '{}' then pg_catalog.to_tsquery('pg_catalog.simple', pg_catalog.array_to_string(v_parts, ' & ')) end;
end $$;

revoke all on function private.search_query(text, regclass) from public;
