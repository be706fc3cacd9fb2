-- Return what Supabase Auth stores about an account and the person may see: no passwords and no tokens. Null
-- if the account does not exist.
-- SECURITY DEFINER: console has no right on auth.users.
create or replace function private.account_record(p_user_id uuid)
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
    return (select pg_catalog.jsonb_object_agg(e.key, e.value)
            from auth.users u cross join lateral pg_catalog.jsonb_each(pg_catalog.to_jsonb(u)) e
            where u.id = p_user_id
              and e.key in ('id', 'email', 'phone', 'raw_user_meta_data', 'is_anonymous', 'created_at', 'updated_at',
                            'last_sign_in_at', 'confirmed_at', 'banned_until'));
end $$;

revoke all on function private.account_record(uuid) from public;
grant execute on function private.account_record(uuid) to console;
