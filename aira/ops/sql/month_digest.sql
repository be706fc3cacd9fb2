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
