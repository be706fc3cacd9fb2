-- The partition that holds a month of a table of private or audit, null when there is none.
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

-- What a month of a partitioned table holds: rows, and a digest that does not depend on their order. No row for a month without a partition.
-- SECURITY DEFINER: nobody holds a grant on a partition.
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

-- Drops an archived month of a partitioned table, when it still holds what was archived, and records where it went. p_rows, p_digest: as
-- private.month_digest gave them; p_file, p_size (bytes), p_sha256: of the file.
-- SECURITY DEFINER: console owns no table; this is the only way in which it removes a month, never a recent one, and never without a record.
-- Errors: 22023 for this month, the one before, or a month without a partition; 23514 month_is_as_archived when the rows are
-- others, month_is_archived_once when the record is of a month that was not brought back since; 55P03 when the lock is not
-- had within two seconds.
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
        raise exception '% is too recent to be dropped', v_month using errcode = 'invalid_parameter_value';
    end if;
    execute pg_catalog.format('lock table %s in share row exclusive mode', v_leaf);
    v_now := private.month_digest(p_table, v_month);
    if (v_now.held, v_now.digest) is distinct from (p_rows, p_digest) then
        raise exception 'the % rows of % in % are not the % that were archived', v_now.held, v_month, p_table, p_rows
            using errcode = 'check_violation', constraint = 'month_is_as_archived', hint = 'Archive the month again.';
    end if;
    insert into private.archives as a (table_name, month, file, rows, size, sha256)
    values (p_table::text, v_month, p_file, p_rows, p_size, p_sha256)
    on conflict (table_name, month) do update
    set file = excluded.file, rows = excluded.rows, size = excluded.size, sha256 = excluded.sha256,
        created_at = pg_catalog.now(), restored_at = null
    where a.restored_at is not null;
    if not found then
        raise exception '% of % is archived already', v_month, p_table
            using errcode = 'check_violation', constraint = 'month_is_archived_once',
                  hint = 'Bring that month back first: manage.py archive --restore.';
    end if;
    execute pg_catalog.format('drop table %s', v_leaf);
end $$;

revoke all on function private.drop_month(regclass, date, bigint, numeric, text, bigint, text) from public;
grant execute on function private.drop_month(regclass, date, bigint, numeric, text, bigint, text) to console;

-- Who may do what to the tables of operations.
alter table private.archives enable row level security;
revoke all on private.archives from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
-- Written by drop_month, and by the owner who brings a month back.
grant select on private.archives to console;
drop policy if exists archives_select_console on private.archives;
create policy archives_select_console on private.archives for select to console using (true);
