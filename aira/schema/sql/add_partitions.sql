-- Add the monthly partitions of a table from this month (UTC) to p_months ahead. Return how many were
-- missing.
-- SECURITY DEFINER: the worker runs as console, which may add only coming months.
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
