-- AFTER trigger on appointments. It writes an event for each new status, and for a confirmed appointment that
-- moves. In the trash, an appointment takes up no time: a confirmed one counts as cancelled there, and has its
-- status again when it is restored.
-- SECURITY DEFINER: no role may write events.
create or replace function private.appointment_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    v_type text;
begin
    if tg_op = 'UPDATE' and new.status = old.status and new.deleted_at is null and old.deleted_at is null then
        v_type := 'appointment.moved';
    elsif new.deleted_at is not null then
        v_type := 'appointment.cancelled';
    else
        v_type := 'appointment.' || case new.status when 'confirmed' then 'booked' else new.status::text end;
    end if;
    insert into private.events (type, object_id, user_id, business_id, "row", row_before)
    values (v_type, new.id, new.user_id, new.business_id,
            pg_catalog.to_jsonb(new) - 'search', pg_catalog.to_jsonb(old) - 'search');
    return null;
end $$;

revoke all on function private.appointment_event() from public;
