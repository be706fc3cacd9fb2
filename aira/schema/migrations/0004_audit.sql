-- By month: a month of events is archived and dropped, not deleted row by row.
create schema audit;
revoke all on schema audit from public;
grant usage on schema audit to console;

create sequence audit.events_id_seq;
create table audit.events (
    id bigint not null default nextval('audit.events_id_seq'),
    at timestamptz not null default clock_timestamp(),
    xact_id bigint not null default pg_current_xact_id()::text::bigint,
    table_name text not null,
    row_id text not null,
    user_id uuid,
    business_id uuid,
    verb text not null,
    before jsonb,
    after jsonb,
    actor_kind text not null,
    actor_id text,
    actor_name text,
    request_id text,
    reason text,
    primary key (id, at)
) partition by range (at);
alter sequence audit.events_id_seq owned by audit.events.id;
revoke all on sequence audit.events_id_seq from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- A record's page.
create index idx_events_row_id on audit.events (row_id, at);
-- A business's page.
create index idx_events_business_id on audit.events (business_id, at) where business_id is not null;
-- An account's page, its export and its erasure.
create index idx_events_user_id on audit.events (user_id, at) where user_id is not null;

-- Return the actor of this transaction, as the audit records it. The first case that applies:
--   * The setting aira.actor, JSON {"kind", "id", "name", "request_id", "reason"}, which this project sets
--     for a request. It is read only while the session acts as console or the owner, so users and other
--     services can't claim to be somebody.
--   * kind user: `sub` of the JWT, if the role is authenticated. kind service: any other role of the data
--     API.
--   * kind database: the login role, with the name that the program gave itself.
-- Only SECURITY DEFINER functions may call it: in them, current_user is the owner.
create or replace function private.current_actor(
    out kind text, out id text, out name text, out request_id text, out reason text)
language plpgsql stable
set search_path = ''
as $$
declare
    v_said text;
    v_actor jsonb;
begin
    kind := 'database';
    id := private.caller();
    if id in ('console', current_user) then
        v_said := pg_catalog.current_setting('aira.actor', true);
        if v_said <> '' then
            v_actor := v_said::jsonb;
            kind := coalesce(v_actor ->> 'kind', kind);
            id := coalesce(v_actor ->> 'id', id);
            name := v_actor ->> 'name';
            request_id := v_actor ->> 'request_id';
            reason := v_actor ->> 'reason';
        end if;
    elsif id = 'authenticated' then
        kind := 'user';
        id := private.uid();
    elsif id <> session_user then
        kind := 'service';
    end if;
    if kind = 'database' then
        name := pg_catalog.current_setting('application_name');
    end if;
end $$;

revoke all on function private.current_actor() from public;

-- Return the values of a row as the audit stores them. A text above 2,000 characters, or JSON above 10,000,
-- is replaced by {"cut": true, "begins": its first 500 characters, "length": the whole length, "sha256": the
-- hash of the whole, in hexadecimal}.
create or replace function private.shortened(p_values jsonb)
returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
    return (
        select pg_catalog.jsonb_object_agg(v.key, case
            when pg_catalog.length(v.text) > case pg_catalog.jsonb_typeof(v.value) when 'string' then 2000 else 10000 end
                then pg_catalog.jsonb_build_object(
                    'cut', true, 'begins', pg_catalog.left(v.text, 500), 'length', pg_catalog.length(v.text),
                    'sha256', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(v.text, 'UTF8')), 'hex'))
            else v.value end)
        from (select e.key, e.value, e.value #>> '{}' as text from pg_catalog.jsonb_each(p_values) e) v);
end $$;

revoke all on function private.shortened(jsonb) from public;

-- AFTER row trigger. It records the changes of a row and their actor (private.current_actor) in audit.events.
-- Its arguments are the columns that are not recorded; an update of only these makes no event. For a column
-- `password` it records that it changed, but not the value.
-- For a long value it records the beginning, length and hash; see private.shortened().
-- before, after: an insert has all columns in `after`, a delete all in `before`, an update the changed
-- columns in both.
-- SECURITY DEFINER: no role may write audit.events.
create or replace function private.record_change()
returns trigger
language plpgsql security definer
-- Times are written in UTC for every writer: a client of the data API may choose its time zone.
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
    -- Few rows have a long value, and the size of the whole row can be computed without reading its values.
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
        -- A row that links a group or a permission to a person counts as a change of that person.
        coalesce(v_row ->> 'staffuser_id', v_row ->> 'group_id', v_row ->> 'id', v_row ->> 'name'),
        (v_row ->> 'user_id')::uuid,
        (case tg_table_name when 'business_v2' then v_row ->> 'id' else v_row ->> 'business_id' end)::uuid,
        pg_catalog.lower(tg_op), v_before, v_after,
        v_actor.kind, v_actor.id, v_actor.name, v_actor.request_id, v_actor.reason);
    return null;
end $$;

revoke all on function private.record_change() from public;

-- Record an audit event about an account that is not a change of a row: its data was exported, erased or
-- revealed.
-- p_verb: export, erase or reveal. p_details: facts for the reader, without personal data.
-- SECURITY DEFINER: no role may write audit.events.
-- Errors: 22023 the verb is unknown.
create or replace function private.record_use(p_verb text, p_user_id uuid, p_details jsonb default null)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    v_actor record;
begin
    if p_verb is null or p_verb not in ('export', 'erase', 'reveal') then
        raise exception 'the verb must be export, erase or reveal, not "%"', coalesce(p_verb, 'null')
            using errcode = 'invalid_parameter_value';
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

-- BEFORE trigger on audit.events. It refuses every change of recorded events, also by the owner of the
-- schema. Only private.redact_events may redact the values of a row. It announces this in the setting
-- aira.redaction (the id of its transaction); roles that can set it still have no right to update.
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
    raise exception '% of % is not allowed, because audit events never change', tg_op, tg_table_name
        using errcode = 'insufficient_privilege',
              schema = tg_table_schema, table = tg_table_name,
              hint = 'To archive old months or erase an account, see docs/OPERATIONS.md.';
end $$;

revoke all on function private.refuse_audit_change() from public;

create or replace trigger kept_as_written
    before update or delete on audit.events
    for each row execute function private.refuse_audit_change();
create or replace trigger never_truncated
    before truncate on audit.events
    for each statement execute function private.refuse_audit_change();

-- Remove the values of an account's events, except figures and states, which say nothing about a person.
-- Return the number of events. It serves the erasure of an account; no role holds EXECUTE.
-- The hash of the values stays in audit.redactions.
create or replace function private.redact_events(p_user_id uuid)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    v_redacted integer;
    c_impersonal constant text[] := array['id', 'user_id', 'business_id', 'amount', 'currency', 'type', 'status', 'hold',
        'refunded_amount', 'completed_at', 'expires_at', 'created_at', 'deleted_at', 'is_active'];
begin
    perform pg_catalog.set_config('aira.redaction', pg_catalog.pg_current_xact_id()::text, true);
    -- The seal of the month covers the values. Their hash lets it be computed without them.
    insert into audit.redactions (event_id, at, values_hash)
    select e.id, e.at, private.audit_values_hash(e.before, e.after, e.reason)
    from audit.events e where e.user_id = p_user_id
    on conflict do nothing;
    update audit.events e
    set before = (select pg_catalog.jsonb_object_agg(b.key, b.value) from pg_catalog.jsonb_each(e.before) b where b.key = any (c_impersonal)),
        after = (select pg_catalog.jsonb_object_agg(a.key, a.value) from pg_catalog.jsonb_each(e.after) a where a.key = any (c_impersonal)),
        reason = null
    where e.user_id = p_user_id and e.verb in ('insert', 'update', 'delete');
    get diagnostics v_redacted = row_count;
    update audit.events e set reason = null
    where e.user_id = p_user_id and e.verb not in ('insert', 'update', 'delete') and e.reason is not null;
    perform pg_catalog.set_config('aira.redaction', '', true);
    return v_redacted;
end $$;

revoke all on function private.redact_events(uuid) from public;

-- Grants and policies of the platform's own tables.
alter table private.service_endpoints enable row level security;
revoke all on private.service_endpoints from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert, update, delete on private.service_endpoints to console;

drop policy if exists service_endpoints_all_console on private.service_endpoints;
create policy service_endpoints_all_console on private.service_endpoints
    for all to console using (true) with check (true);

alter table private.webhook_deliveries enable row level security;
revoke all on private.webhook_deliveries from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Triggers of the tables that it reports on write it. The worker claims deliveries and reports on them; staff
-- replay them.
grant select, update on private.webhook_deliveries to console;
drop policy if exists webhook_deliveries_all_console on private.webhook_deliveries;
create policy webhook_deliveries_all_console on private.webhook_deliveries
    for all to console using (true) with check (true);

alter table private.delivery_attempts enable row level security;
revoke all on private.delivery_attempts from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select, insert on private.delivery_attempts to console;
drop policy if exists delivery_attempts_all_console on private.delivery_attempts;
create policy delivery_attempts_all_console on private.delivery_attempts
    for all to console using (true) with check (true);

alter table audit.events enable row level security;
revoke all on audit.events from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Only functions of the owner write it, such as record_change.
grant select on audit.events to console;
drop policy if exists events_select_console on audit.events;
create policy events_select_console on audit.events
    for select to console using (true);

select private.add_partitions('audit.events');
