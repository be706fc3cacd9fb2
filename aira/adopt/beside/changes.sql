-- Record which rows of the original tables change, in the transaction that changes them. The trigger refuses no row:
-- the row itself is read later.
create table adoption.changed (number bigint generated always as identity primary key, table_name text not null, row_id uuid not null);
-- SECURITY DEFINER, since services may not write to this table themselves.
create or replace function adoption.note_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    if tg_op = 'TRUNCATE' then
        execute pg_catalog.format('insert into adoption.changed (table_name, row_id) select %L, s.id from adopting.%I s', tg_table_name, tg_table_name);
        return null;
    end if;
    if tg_op <> 'INSERT' then
        insert into adoption.changed (table_name, row_id) values (tg_table_name, old.id);
    end if;
    if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.id <> old.id) then
        insert into adoption.changed (table_name, row_id) values (tg_table_name, new.id);
    end if;
    return null;
end $$;
revoke all on function adoption.note_change() from public;
