-- The owner of a business, for columns that are filled as they are added: see once.py, which drops it again. Immutable as long as nobody
-- else can write, which is as long as it is there.
create function private.owner_of_business(p_business_id uuid) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
    return (select b.user_id from public.business_v2 b where b.id = p_business_id);
end $$;
