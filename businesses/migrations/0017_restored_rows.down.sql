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
