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

-- A text as search sees it: its words in lower case and without accents, separated by single spaces. Null has none.
-- Whatever is not ASCII counts as a letter: which characters are letters is for the database's locale to say, and it may be C.
create or replace function private.plain_words(p_text text)
returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
    return pg_catalog.btrim(pg_catalog.regexp_replace(
        pg_catalog.lower(extensions.unaccent('extensions.unaccent'::regdictionary, coalesce(p_text, ''))),
        '[^a-z0-9\u0080-\uffff]+', ' ', 'g'));
end $$;

revoke all on function private.plain_words(text) from public;
grant execute on function private.plain_words(text) to authenticated, service_role, voice_agent, kb_updater, console;

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
                    select s.word from (
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

-- Scheme, host and port of an absolute http(s) URL, lower case, without a default port; null when it is none.
-- An address with user info or a backslash has no origin here: clients disagree on where its host begins.
create or replace function private.url_origin(p_url text)
returns text
language plpgsql immutable
set search_path = ''
as $$
declare
    v_origin text := pg_catalog.lower(pg_catalog.substring(p_url, '^([hH][tT][tT][pP][sS]?://[^/?#[:space:]]+)'));
begin
    if v_origin is null or v_origin ~ '[@\\]' then
        return null;
    end if;
    return pg_catalog.regexp_replace(v_origin, case when v_origin like 'https:%' then ':443$' else ':80$' end, '');
end $$;

revoke all on function private.url_origin(text) from public;
grant execute on function private.url_origin(text) to service_role, console;

-- The role that the statement came from, also inside SECURITY DEFINER functions, where current_user is the owner.
create or replace function private.caller()
returns text
language plpgsql stable
set search_path = ''
as $$
begin
    return coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user);
end $$;

revoke all on function private.caller() from public;
grant execute on function private.caller() to authenticated, service_role, voice_agent, kb_updater, console;
