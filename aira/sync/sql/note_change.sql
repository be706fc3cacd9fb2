-- Trigger after a change of a row: note that it changed, in the transaction of the change.
-- SECURITY DEFINER: no role may write the notes.
create or replace function private.note_change()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if tg_op = 'DELETE' then
        insert into private.row_changes (table_name, row_id) values (tg_table_name, old.id);
        return null;
    end if;
    insert into private.row_changes (table_name, row_id) values (tg_table_name, new.id);
    -- A row that got another id is gone under its old one.
    if tg_op = 'UPDATE' and new.id <> old.id then
        insert into private.row_changes (table_name, row_id) values (tg_table_name, old.id);
    end if;
    return null;
end $$;

revoke all on function private.note_change() from public;
