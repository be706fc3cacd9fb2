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

drop trigger kept_as_written on audit.events;
do $$
declare
    v_table regclass;
begin
    for v_table in select t.tgrelid::regclass from pg_catalog.pg_trigger t where t.tgname = 'never_truncated' loop
        execute format('drop trigger never_truncated on %s', v_table);
    end loop;
end $$;
drop function private.refuse_audit_change();
drop function private.record_change();
drop function private.current_actor();
drop function private.record_use(text, uuid, jsonb);
drop function private.redact_events(uuid);
drop function private.add_partition(regclass, date);
