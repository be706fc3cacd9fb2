-- Drops an archived month of a partitioned table, when it still holds what was archived: p_rows and p_digest as private.month_digest
-- gave them. Rows that were written since keep the month where it is.
-- SECURITY DEFINER: console owns no table; this is the only way in which it removes a month, and it never is a recent one.
-- Errors: 22023 for this month, the one before, or a month without a partition; 23514 month_is_as_archived when the rows are
-- others; 55P03 when the lock is not had within two seconds.
create or replace function private.drop_month(p_table regclass, p_month date, p_rows bigint, p_digest numeric)
returns void
language plpgsql security definer
set search_path = ''
set lock_timeout = '2s'
as $$
declare
    v_leaf regclass := private.leaf_of(p_table, p_month);
    v_now record;
begin
    if v_leaf is null then
        raise exception '% has no partition of %', p_table, p_month using errcode = 'invalid_parameter_value';
    end if;
    if p_month >= pg_catalog.date_trunc('month', pg_catalog.now() at time zone 'UTC') - interval '1 month' then
        raise exception '% is too recent to be dropped', p_month using errcode = 'invalid_parameter_value';
    end if;
    execute pg_catalog.format('lock table %s in share row exclusive mode', v_leaf);
    v_now := private.month_digest(p_table, p_month);
    if (v_now.held, v_now.digest) is distinct from (p_rows, p_digest) then
        raise exception 'the % rows of % in % are not the % that were archived', v_now.held, p_month, p_table, p_rows
            using errcode = 'check_violation', constraint = 'month_is_as_archived', hint = 'Archive the month again.';
    end if;
    execute pg_catalog.format('drop table %s', v_leaf);
end $$;

revoke all on function private.drop_month(regclass, date, bigint, numeric) from public;
grant execute on function private.drop_month(regclass, date, bigint, numeric) to console;
