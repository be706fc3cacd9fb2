drop function public.find_business_by_number(text);
drop policy business_numbers_select_authenticated on public.business_numbers;
drop policy business_numbers_update_authenticated on public.business_numbers;
drop policy business_numbers_select_voice_agent on public.business_numbers;
drop policy business_numbers_all_console on public.business_numbers;
revoke all on public.business_numbers from authenticated, service_role, voice_agent, kb_updater, console;
alter table public.business_numbers disable row level security;
