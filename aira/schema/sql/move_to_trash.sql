-- BEFORE DELETE trigger. It keeps the row and sets deleted_at, so that the statement deletes nothing.
-- The row is really deleted if
--   * its account or its business was deleted (a cascade: keeping the row would leave an orphan);
--   * it is already in the trash, and console, the owner of the schema or another trigger deletes it (a new
--     number that takes the place of one in the trash).
-- A second DELETE by any other role leaves the row in the trash. No setting of a client has an influence.
-- SECURITY DEFINER: a SELECT policy that hides trashed rows makes the caller's own UPDATE fail with 42501.
create or replace function private.move_to_trash()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_business_id uuid := pg_catalog.to_jsonb(old) ->> 'business_id';
begin
    if not exists (select from auth.users u where u.id = old.user_id)
       or (v_business_id is not null
           and not exists (select from public.business_v2 b where b.id = v_business_id)) then
        return old;
    end if;
    if old.deleted_at is null then
        execute pg_catalog.format('update %I.%I set deleted_at = $1 where id = $2', tg_table_schema, tg_table_name)
            using pg_catalog.clock_timestamp(), old.id;
        return null;
    end if;
    if pg_catalog.pg_trigger_depth() > 1 or private.caller() in ('console', current_user) then
        return old;
    end if;
    return null;
end $$;

revoke all on function private.move_to_trash() from public;
