-- Lock a row that the caller may move to the trash or restore: users their own rows, other roles any row. The
-- role must hold DELETE on the table.
-- p_restore: true locks the business before the row. A business that is restored with its rows locks in that
-- order; the reverse order would deadlock.
-- Returns problem: null, unknown_table, not_allowed or unknown; trashed: whether the row is in the trash.
create or replace function private.lock_trashable_row(
    p_table text, p_id uuid, p_restore boolean, out problem text, out trashed boolean)
language plpgsql
set search_path = ''
as $$
declare
    v_role constant text := private.caller();
    v_user constant uuid := case when v_role = 'authenticated' then private.uid() end;
    v_own constant text := case when v_role = 'authenticated' then 'and t.user_id = $2' else '' end;
    v_business_id uuid;
begin
    if p_table is null or p_table not in ('business_v2', 'business_numbers', 'appointments', 'documents') then
        problem := 'unknown_table';
        return;
    end if;
    if not pg_catalog.has_table_privilege(v_role, pg_catalog.format('public.%I', p_table), 'DELETE') then
        problem := 'not_allowed';
        return;
    end if;
    if p_restore and p_table <> 'business_v2' then
        execute pg_catalog.format('select t.business_id from public.%I t where t.id = $1 %s', p_table, v_own)
            into v_business_id using p_id, v_user;
        perform from public.business_v2 b where b.id = v_business_id for share;
    end if;
    execute pg_catalog.format(
        'select t.deleted_at is not null from public.%I t where t.id = $1 %s for update', p_table, v_own)
        into trashed using p_id, v_user;
    if trashed is null then
        problem := 'unknown';
    end if;
end $$;

revoke all on function private.lock_trashable_row(text, uuid, boolean) from public;
