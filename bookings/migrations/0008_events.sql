-- AFTER trigger on appointments. It writes an event for each new status, and for a confirmed appointment that
-- moves. In the trash, an appointment takes up no time: a confirmed one counts as cancelled there, and as booked
-- when it is restored. Other changes have no event.
-- SECURITY DEFINER: no role may write events.
create or replace function private.appointment_event()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    -- One statement decides and writes, since PL/pgSQL prepares each expression anew in every transaction.
    -- `old` is null for an INSERT.
    insert into private.events (type, object_id, user_id, business_id, "row", row_before)
    select t.type, new.id, new.user_id, new.business_id,
           pg_catalog.to_jsonb(new) - 'search', pg_catalog.to_jsonb(old) - 'search'
    from (select case
              when new.deleted_at is not null then
                  case when old.deleted_at is null and old.status = 'confirmed' then 'appointment.cancelled' end
              when new.status is distinct from old.status then
                  case new.status when 'confirmed' then 'appointment.booked' else 'appointment.' || new.status end
              when new.status = 'confirmed' then
                  case when old.deleted_at is not null then 'appointment.booked'
                       when new.scheduled_at <> old.scheduled_at or new.duration <> old.duration
                            or new.business_id <> old.business_id then 'appointment.moved' end
          end as type) t
    where t.type is not null;
    return null;
end $$;

revoke all on function private.appointment_event() from public;
