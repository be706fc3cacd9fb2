-- Restore one row from the trash. A business restores the rows that went to the trash with it.
-- p_table: business_v2, business_numbers, appointments or documents.
-- Returns restored, or why nothing was changed: not_in_trash, unknown (the row does not exist or belongs to
-- another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
-- Returns the name of the rule if one refused, such as business_is_in_trash, appointments_no_double_booking
-- or appointment_external_id_once.
create or replace function public.restore_from_trash(p_table text, p_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
    return private.restore_row(p_table, p_id);
end $$;

revoke all on function public.restore_from_trash(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.restore_from_trash(text, uuid) to authenticated, service_role, console;
