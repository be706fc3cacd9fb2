-- BEFORE UPDATE OF id trigger: a user's row keeps its id. Users hold UPDATE on it all the same, since an upsert of the data API
-- sets every column that was sent, the key as well.
-- Errors: 23514 id_stays.
create or replace function private.keep_id()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.id is distinct from old.id and private.caller() in ('authenticated', 'anon') then
        raise exception 'the id of a row can''t be changed; it is %', old.id
            using errcode = 'check_violation', constraint = 'id_stays',
                  schema = tg_table_schema, table = tg_table_name, column = 'id',
                  hint = 'Leave id out of the update, or insert a new row.';
    end if;
    return new;
end $$;

revoke all on function private.keep_id() from public;
