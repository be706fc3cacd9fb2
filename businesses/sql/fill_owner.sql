-- BEFORE trigger on every child of a business. It fills user_id (the owner) if none is sent, and refuses rows
-- in a business that is in the trash, including restored rows. A user's row always belongs to that user, so
-- another tenant's business fails like an unknown one: by the composite foreign key. Another account's
-- user_id is refused. Rows of other roles get the owner of their business.
-- SECURITY DEFINER: voice_agent may book for a business without reading its owner.
-- Errors: 23514 business_is_in_trash; 42501 user_id of another account.
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
    -- A trigger that changes deleted_at does so together with the business, which it has locked.
    if tg_op = 'UPDATE' and new.business_id is not distinct from old.business_id and (pg_catalog.pg_trigger_depth() > 1
       or not (pg_catalog.to_jsonb(old) ->> 'deleted_at' is not null and pg_catalog.to_jsonb(new) ->> 'deleted_at' is null)) then
        return new;
    end if;
    -- Lock the business. If it moves to the trash at this moment, it either takes this row along or is seen
    -- in the trash. A user locks only their own businesses.
    select b.user_id, b.deleted_at into v_owner, v_deleted_at
    from public.business_v2 b where b.id = new.business_id and (not v_user or b.user_id = private.uid()) for share;
    if new.user_id is null then
        new.user_id := case when v_user then private.uid() else v_owner end;
    end if;
    -- The policies refuse it too, but later. A trigger or constraint in between would reveal another tenant's
    -- business.
    if v_user and new.user_id is distinct from private.uid() then
        raise exception 'user_id % belongs to another account', new.user_id
            using errcode = 'insufficient_privilege', schema = tg_table_schema, table = tg_table_name, column = 'user_id',
                  hint = 'Leave user_id out. It becomes the account that runs the statement.';
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
