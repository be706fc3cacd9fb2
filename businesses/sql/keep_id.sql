-- BEFORE UPDATE OF id trigger. It refuses a new id for a user's row. Users hold UPDATE on the column, because
-- an upsert of the data API sets every column that was sent, including the key.
-- Errors: 23514 id_stays.
create or replace function private.keep_id()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.id is distinct from old.id and private.caller() in ('authenticated', 'anon') then
        raise exception 'the id of row % can''t be changed', old.id
            using errcode = 'check_violation', constraint = 'id_stays',
                  schema = tg_table_schema, table = tg_table_name, column = 'id',
                  hint = 'Leave id out of the update, or insert a new row with that id.';
    end if;
    return new;
end $$;

revoke all on function private.keep_id() from public;
