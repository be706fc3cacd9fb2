alter table public.business_v2 alter column user_id drop default;
-- BEFORE trigger on every child of a business: fills user_id, the tenant, and keeps rows out of a business that is in
-- the trash, restored ones too. A user's row is theirs whatever business it names, so that another tenant's business fails like an unknown
-- one: by the composite foreign key. Anybody else's row gets the owner of its business.
-- SECURITY DEFINER: voice_agent may book for a business without reading who owns it.
-- Errors: 23514 business_is_in_trash.
create or replace function private.fill_owner()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_user constant boolean := private.caller() in ('authenticated', 'anon');
    v_owner uuid;
    v_deleted_at timestamptz;
begin
    if tg_op = 'UPDATE' and new.business_id is not distinct from old.business_id
       and not (pg_catalog.to_jsonb(old) ->> 'deleted_at' is not null and pg_catalog.to_jsonb(new) ->> 'deleted_at' is null) then
        return new;
    end if;
    -- Locked: a business that goes to the trash at this moment either takes this row along, or is seen to be there. A user locks
    -- none but their own.
    select b.user_id, b.deleted_at into v_owner, v_deleted_at
    from public.business_v2 b where b.id = new.business_id and (not v_user or b.user_id = private.uid()) for share;
    if v_user then
        new.user_id := private.uid();
    elsif new.user_id is null then
        new.user_id := v_owner;
    end if;
    if v_deleted_at is not null and new.user_id = v_owner
       and pg_catalog.to_jsonb(new) ->> 'deleted_at' is null then
        raise exception 'business % is in the trash', new.business_id
            using errcode = 'check_violation', constraint = 'business_is_in_trash',
                  schema = tg_table_schema, table = tg_table_name, column = 'business_id',
                  hint = 'Restore the business first, or choose another one.';
    end if;
    return new;
end $$;

revoke all on function private.fill_owner() from public;

-- Who may do what to businesses. Explicit, so that the result is the same whatever a project's default privileges were.
alter table public.business_v2 enable row level security;
revoke all on public.business_v2 from public, anon, authenticated, service_role, voice_agent, kb_updater, console;

grant select, delete on public.business_v2 to authenticated;
grant insert (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours) on public.business_v2 to authenticated;
grant update (name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours) on public.business_v2 to authenticated;
grant select on public.business_v2 to voice_agent;
grant select (id, name) on public.business_v2 to kb_updater;
-- Not deleted_at: into the trash leads a DELETE alone, and console leads out of it.
grant select, delete on public.business_v2 to service_role;
grant insert (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours, created_at, updated_at) on public.business_v2 to service_role;
grant update (id, user_id, name, business_type, description, email, phone_number, address, website, logo_url, is_active,
              timezone, business_hours, created_at, updated_at) on public.business_v2 to service_role;
grant select, insert, update, delete on public.business_v2 to console;

drop policy if exists business_v2_select_authenticated on public.business_v2;
create policy business_v2_select_authenticated on public.business_v2 for select to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists business_v2_insert_authenticated on public.business_v2;
create policy business_v2_insert_authenticated on public.business_v2 for insert to authenticated
    with check (user_id = (select auth.uid()));
drop policy if exists business_v2_update_authenticated on public.business_v2;
create policy business_v2_update_authenticated on public.business_v2 for update to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null) with check (user_id = (select auth.uid()));
drop policy if exists business_v2_delete_authenticated on public.business_v2;
create policy business_v2_delete_authenticated on public.business_v2 for delete to authenticated
    using (user_id = (select auth.uid()) and deleted_at is null);
drop policy if exists business_v2_select_voice_agent on public.business_v2;
create policy business_v2_select_voice_agent on public.business_v2 for select to voice_agent
    using (deleted_at is null);
drop policy if exists business_v2_select_kb_updater on public.business_v2;
create policy business_v2_select_kb_updater on public.business_v2 for select to kb_updater
    using (deleted_at is null);
drop policy if exists business_v2_all_console on public.business_v2;
create policy business_v2_all_console on public.business_v2 for all to console
    using (true) with check (true);

drop function private.new_owner();
drop function private.keep_id();
