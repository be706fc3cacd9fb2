-- Lock and return an appointment that the caller may change. A user may change only their own. One row or
-- none.
create or replace function private.own_appointment(p_appointment_id uuid)
returns setof public.appointments
language plpgsql
set search_path = ''
as $$
begin
    return query
        select a.* from public.appointments a
        where a.id = p_appointment_id and a.deleted_at is null
          and (private.caller() <> 'authenticated' or a.user_id = private.uid())
        for update;
end $$;

revoke all on function private.own_appointment(uuid) from public;
