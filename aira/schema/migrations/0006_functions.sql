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

-- Adds the monthly partitions of a table from this month, UTC, to p_months ahead; how many were missing.
-- SECURITY DEFINER: the worker runs as console, which may add months to come and no others.
-- Errors: 22023, see private.add_partition.
create or replace function private.add_partitions(p_table regclass, p_months integer default 3)
returns integer
language plpgsql security definer
set search_path = ''
as $$
begin
    return (select pg_catalog.count(*) filter (where private.add_partition(p_table,
                (pg_catalog.date_trunc('month', pg_catalog.now() at time zone 'UTC') + m.month * interval '1 month')::date))
            from pg_catalog.generate_series(0, p_months) m (month));
end $$;

revoke all on function private.add_partitions(regclass, integer) from public;
grant execute on function private.add_partitions(regclass, integer) to console;

-- Who acts in this transaction, as the audit writes it down. The first that applies:
--   * setting aira.actor, JSON {"kind", "id", "name", "request_id", "reason"}, which this project sets for a request; read only
--     while the session acts as console or the owner, so that no user and no other service can say who they are;
--   * kind user: `sub` of the JWT, when the role is authenticated; kind service: any other role that the data API took;
--   * kind database: the login role, with the name that the program gave itself.
-- To be called by SECURITY DEFINER functions, where current_user is the owner.
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

-- AFTER row trigger: writes what changed in a row to audit.events, and who did it (private.current_actor). Its arguments are the
-- columns that are not recorded; a change of those alone is no event. Of a column `password` it is recorded that it changed,
-- never the value.
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

-- Takes the values out of an account's events, but those of figures and states, which say nothing about a person; how many events.
-- For the erasure of an account: no role may call it.
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
