-- Move one row to the trash and report the result, since a DELETE reports no rows. A business takes its
-- numbers, appointments and documents along.
-- p_table: business_v2, business_numbers, appointments or documents.
-- Returns trashed, or why nothing was changed: already_trashed, unknown (the row does not exist or belongs to
-- another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
-- Returns the name of the rule if one refused.
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
