drop policy documents_select_authenticated on public.documents;
drop policy documents_insert_authenticated on public.documents;
drop policy documents_update_authenticated on public.documents;
drop policy documents_delete_authenticated on public.documents;
drop policy documents_select_kb_updater on public.documents;
drop policy documents_update_kb_updater on public.documents;
drop policy documents_all_console on public.documents;
revoke all on public.documents from authenticated, service_role, voice_agent, kb_updater, console;
alter table public.documents disable row level security;
