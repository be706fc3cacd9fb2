-- Do the work of move_to_trash beyond the rights of the caller. private.lock_trashable_row checks whose row
-- it is. The DELETE runs every trigger of the table; zz_trash sets deleted_at instead of deleting.
create or replace function private.trash_row(p_table text, p_id uuid)
returns text
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row record;
    v_rule text;
begin
    v_row := private.lock_trashable_row(p_table, p_id, false);
    if v_row.problem is not null then
        return v_row.problem;
    elsif v_row.trashed then
        return 'already_trashed';
    end if;
    execute pg_catalog.format('delete from public.%I t where t.id = $1', p_table) using p_id;
    return 'trashed';
exception
    when integrity_constraint_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule = '' then
            raise;
        end if;
        return v_rule;
end $$;

revoke all on function private.trash_row(text, uuid) from public;
grant execute on function private.trash_row(text, uuid) to authenticated, service_role, console;
