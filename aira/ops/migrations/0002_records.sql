-- Return the partition that holds a month of a table of private or audit; null if it does not exist.
create or replace function private.leaf_of(p_table regclass, p_month date)
returns regclass
language plpgsql stable
set search_path = ''
as $$
begin
    return (select i.inhrelid::regclass
            from pg_catalog.pg_inherits i
            join pg_catalog.pg_class c on c.oid = i.inhrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_class p on p.oid = i.inhparent
            where i.inhparent = p_table and n.nspname in ('private', 'audit')
              and c.relname = p.relname || pg_catalog.to_char(p_month, '_YYYY_MM'));
end $$;

revoke all on function private.leaf_of(regclass, date) from public;

-- Return the number of rows of a month of a partitioned table, and a digest that does not depend on their
-- order. No row for a month without a partition.
-- SECURITY DEFINER: no role holds a grant on a partition.
create or replace function private.month_digest(p_table regclass, p_month date, out held bigint, out digest numeric)
language plpgsql stable security definer
set search_path = ''
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
    v_leaf regclass := private.leaf_of(p_table, p_month);
begin
    if v_leaf is not null then
        execute pg_catalog.format(
            'select count(*), coalesce(sum(pg_catalog.hashtextextended(l::text, 0)), 0) from %s l', v_leaf)
        into held, digest;
    end if;
end $$;

revoke all on function private.month_digest(regclass, date) from public;
grant execute on function private.month_digest(regclass, date) to console;

-- Drop an archived month of a partitioned table, if it still holds the archived rows, and record its file.
-- p_rows, p_digest: as private.month_digest returned them. p_file, p_size (bytes), p_sha256: of the file.
-- SECURITY DEFINER: console owns no tables. Only this function removes a month for it, never a recent one and
-- never without a record.
-- Errors: 22023 the month is this one, the previous one, or has no partition.
-- Errors: 23514 month_is_as_archived (the rows differ from the archived ones), month_is_archived_once (the
--   month is recorded and was not restored since).
-- Errors: 55P03 the lock was not free within two seconds.
create or replace function private.drop_month(
    p_table regclass, p_month date, p_rows bigint, p_digest numeric, p_file text, p_size bigint, p_sha256 text)
returns void
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s'
as $$
declare
    v_leaf regclass := private.leaf_of(p_table, p_month);
    v_month date := pg_catalog.date_trunc('month', p_month::timestamp);
    v_now record;
begin
    if v_leaf is null then
        raise exception '% has no partition of %', p_table, p_month using errcode = 'invalid_parameter_value';
    end if;
    if v_month >= pg_catalog.date_trunc('month', pg_catalog.now() at time zone 'UTC') - interval '1 month' then
        raise exception '% is too recent to be dropped: this month and the previous one stay', v_month
            using errcode = 'invalid_parameter_value';
    end if;
    execute pg_catalog.format('lock table %s in share row exclusive mode', v_leaf);
    v_now := private.month_digest(p_table, v_month);
    if (v_now.held, v_now.digest) is distinct from (p_rows, p_digest) then
        raise exception 'the % rows of % in % differ from the % that were archived', v_now.held, v_month, p_table, p_rows
            using errcode = 'check_violation', constraint = 'month_is_as_archived', hint = 'Archive the month again.';
    end if;
    insert into private.archives as a (table_name, month, file, rows, size, sha256)
    values (p_table::text, v_month, p_file, p_rows, p_size, p_sha256)
    on conflict (table_name, month) do update
    set file = excluded.file, rows = excluded.rows, size = excluded.size, sha256 = excluded.sha256,
        created_at = pg_catalog.now(), restored_at = null
    where a.restored_at is not null;
    if not found then
        raise exception '% of % is already archived', v_month, p_table
            using errcode = 'check_violation', constraint = 'month_is_archived_once',
                  hint = 'Restore that month first: manage.py archive --restore.';
    end if;
    execute pg_catalog.format('drop table %s', v_leaf);
end $$;

revoke all on function private.drop_month(regclass, date, bigint, numeric, text, bigint, text) from public;
grant execute on function private.drop_month(regclass, date, bigint, numeric, text, bigint, text) to console;

-- Grants and policies of the tables of operations.
alter table private.archives enable row level security;
revoke all on private.archives from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- drop_month writes this table, and so does the owner who restores a month.
grant select on private.archives to console;
drop policy if exists archives_select_console on private.archives;
create policy archives_select_console on private.archives for select to console using (true);

-- What proves that an index has every row in its place. Managed services may refuse it: all else works without.
do $$
begin
    if not exists (select from pg_catalog.pg_extension e where e.extname = 'amcheck') then
        begin
            create extension amcheck with schema extensions;
        exception when others then
            raise notice 'amcheck is not there (%): indexes will not be proved', sqlerrm;
        end;
    end if;
end $$;
