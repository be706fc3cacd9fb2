-- Stop an account's wallet because its payment provider took money back that the wallet does not have, or twice.
-- A wallet that is stopped already keeps its reason: what staff stopped, staff start again.
create or replace function private.stop_wallet(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w set is_active = false, stopped_by_provider = true where w.user_id = p_user_id and w.is_active;
end $$;

revoke all on function private.stop_wallet(uuid) from public;
