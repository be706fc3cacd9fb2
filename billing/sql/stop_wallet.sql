-- Stop an account's wallet, because its payment provider took back money that the wallet does not have, or
-- took it twice.
-- A wallet that is already stopped keeps its reason: if staff stopped it, staff must activate it.
create or replace function private.stop_wallet(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update public.wallets w set is_active = false, stopped_by_provider = true where w.user_id = p_user_id and w.is_active;
end $$;

revoke all on function private.stop_wallet(uuid) from public;
