drop policy business_v2_all_console on public.business_v2;
drop policy business_v2_select_kb_updater on public.business_v2;
drop policy business_v2_select_voice_agent on public.business_v2;
drop policy business_v2_delete_authenticated on public.business_v2;
drop policy business_v2_update_authenticated on public.business_v2;
drop policy business_v2_insert_authenticated on public.business_v2;
drop policy business_v2_select_authenticated on public.business_v2;
revoke all on public.business_v2 from authenticated, service_role, voice_agent, kb_updater, console;
alter table public.business_v2 disable row level security;
