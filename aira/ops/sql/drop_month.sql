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
