-- Add one month's partition of a table. Return false if it exists. A partition NAME_2026_11 holds November
-- 2026, UTC. Its row security is on and no role holds a grant, because the policies of a parent do not
-- protect a direct read. Like the parent, it refuses TRUNCATE. It is attached and not created in place, which
-- would lock the parent against readers.
-- SECURITY DEFINER: the worker runs as console, which owns no tables.
-- Errors: 22023 the table is not partitioned, or not in private or audit.
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
        raise exception '% is not a partitioned table of private or audit', p_table using errcode = 'invalid_parameter_value';
    end if;
    -- Two workers may start at the same moment.
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
