-- Do the work of restore_from_trash beyond the rights of the caller. private.lock_trashable_row checks whose
-- row it is. Triggers and constraints decide whether it can be restored; if one refuses, its name is the
-- result.
create or replace function private.restore_row(p_table text, p_id uuid)
returns text
language plpgsql security definer
set search_path = ''
as $$
declare
    v_row record;
    v_rule text;
begin
    v_row := private.lock_trashable_row(p_table, p_id, true);
    if v_row.problem is not null then
        return v_row.problem;
    elsif not v_row.trashed then
        return 'not_in_trash';
    end if;
    execute pg_catalog.format('update public.%I t set deleted_at = null where t.id = $1', p_table) using p_id;
    return 'restored';
exception
    when integrity_constraint_violation then
        get stacked diagnostics v_rule = constraint_name;
        if v_rule = '' then
            raise;
        end if;
        return v_rule;
end $$;

revoke all on function private.restore_row(text, uuid) from public;
grant execute on function private.restore_row(text, uuid) to authenticated, service_role, console;
