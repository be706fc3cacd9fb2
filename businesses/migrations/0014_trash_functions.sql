-- Locks a row that the caller may move to the trash, or bring back: a user's own rows, anybody's for the other roles. The role
-- must hold DELETE on the table. problem: null, unknown_table, not_allowed or unknown; trashed: whether the row is in the trash.
-- p_restore: the business is locked before the row, in the order of a business that is restored with its rows; the other way
-- round is a deadlock.
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

-- What move_to_trash does, past the caller's rights: private.lock_trashable_row says whose row it is. The DELETE runs every
-- trigger of the table; zz_trash turns it into a stamp.
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

-- What restore_from_trash does, past the caller's rights: private.lock_trashable_row says whose row it is, and triggers and
-- constraints say whether it may come back. What they refuse is the answer, by the rule's name.
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

-- Moves one row to the trash and says so, where a DELETE reports no row. p_table: business_v2, business_numbers, appointments
-- or documents. A business takes its numbers, appointments and documents along.
-- Answers trashed, or why nothing was changed: already_trashed, unknown (no such row, or another tenant's), unknown_table,
-- not_allowed (the caller's role may not delete from this table), or the name of the rule that refused.
create or replace function public.move_to_trash(p_table text, p_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
    return private.trash_row(p_table, p_id);
end $$;

revoke all on function public.move_to_trash(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.move_to_trash(text, uuid) to authenticated, service_role, console;

-- Brings one row back from the trash. p_table: business_v2, business_numbers, appointments or documents. A business brings back
-- what went to the trash with it.
-- Answers restored, or why nothing was changed: not_in_trash, unknown (no such row, or another tenant's), unknown_table,
-- not_allowed (the caller's role may not delete from this table), or the name of the rule that refused, such as
-- business_is_in_trash, appointments_no_double_booking and appointment_external_id_once.
create or replace function public.restore_from_trash(p_table text, p_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
    return private.restore_row(p_table, p_id);
end $$;

revoke all on function public.restore_from_trash(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.restore_from_trash(text, uuid) to authenticated, service_role, console;
