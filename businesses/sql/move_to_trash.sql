-- Moves one row to the trash and says so, where a DELETE reports no row. p_table: business_v2, business_numbers, appointments
-- or documents. A business takes its numbers, appointments and documents along.
-- Answers trashed, or why nothing was changed: already_trashed, unknown (no such row, or another tenant's), unknown_table,
-- not_allowed (the caller's role may not delete from this table), or the name of the rule that refused.
create or replace function public.move_to_trash(p_table text, p_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
    return private.trash_row(p_table, p_id);
end $$;

revoke all on function public.move_to_trash(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.move_to_trash(text, uuid) to authenticated, service_role, console;
