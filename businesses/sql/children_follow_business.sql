-- AFTER UPDATE OF deleted_at trigger on business_v2, one for each child table (its argument). The children of
-- a business go to the trash with it, with the same deleted_at, and are restored with it. Children that were
-- in the trash before stay there.
-- SECURITY DEFINER: only console may write deleted_at.
create or replace function private.children_follow_business()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    execute pg_catalog.format(
        'update public.%I set deleted_at = $1 where business_id = $2 and user_id = $3 and deleted_at is not distinct from $4',
        tg_argv[0])
        using new.deleted_at, new.id, new.user_id, old.deleted_at;
    return null;
end $$;

revoke all on function private.children_follow_business() from public;
