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
