-- Return the owner of a business, for columns that are filled when they are added. single_rewrite.py creates this
-- function and drops it again. It may be IMMUTABLE, since no other session can write while it exists.
create function private.owner_of_business(p_business_id uuid) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
    return (select b.user_id from public.business_v2 b where b.id = p_business_id);
end $$;
